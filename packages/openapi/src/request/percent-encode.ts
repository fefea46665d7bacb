/** Encodes everything but the unreserved characters (RFC 3986 §2.3). */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(/[!'()*]/g, encodeOne);
}

/** Leaves the reserved characters that cannot end or split a value (RFC 6570 §3.2.3, without `#`, `&`, `+`, `[` and `]`). */
export function encodeReserved(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(/%(?:3A|2F|3F|40|24|2C|3B|3D)/g, (code) =>
    decodeURIComponent(code),
  );
}

function encodeOne(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
