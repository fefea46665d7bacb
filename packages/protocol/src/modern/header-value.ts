/**
 * A value as it may stand in a header: plain when it is safe ASCII, else the Base64 form
 * (2026-07-28, transports/streamable-http, "Value Encoding").
 */
export function encodeHeaderValue(value: string): string {
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/.test(value) && !sentinel.test(value);
  return isPlain || value === '' ? value : `=?base64?${toBase64(value)}?=`;
}

/** The value a header carries; undefined when its Base64 form is broken or it holds characters that may not stand there. */
export function decodeHeaderValue(header: string): string | undefined {
  const encoded = sentinel.exec(header)?.[1];
  if (encoded !== undefined) return fromBase64(encoded);
  return /^[\x20-\x7e\t]*$/.test(header) ? header : undefined;
}

const sentinel = /^=\?base64\?(.*)\?=$/;

function toBase64(value: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(value)));
}

/** Strict: a value has one spelling, or two readers could read two values. */
function fromBase64(encoded: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return toBase64(text) === encoded ? text : undefined;
  } catch {
    return undefined;
  }
}
