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

function fromBase64(encoded: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0)),
    );
  } catch {
    return undefined;
  }
}
