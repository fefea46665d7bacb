import { SignalboxError } from '@signalbox/sdk';

/** The bytes a base64 text stands for (RFC 4648 §4, and the URL-safe letters of §5). Errors: `invalid_params`. */
export function fromBase64(text: string, argument: string): Uint8Array {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/');
  try {
    return Uint8Array.from(atob(plain), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new SignalboxError('invalid_params', `"${argument}" is not base64`, { cause });
  }
}

/** Bytes as base64 (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  // In pieces, because a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 32_766)
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 32_766))));
  return parts.join('');
}
