import { hash } from 'node:crypto';

const blockBytes = 64;
const digestBytes = 32;
/** Texts up to this long are put together in one place that is used again and again. */
const maxShortBytes = 8_192;

/**
 * HMAC-SHA-256 (RFC 2104) under one key, base64url. Two one-shot digests over prepared pads: an object of `createHmac`
 * costs several times as much as the digests of a short text. Throws `RangeError` for a key longer than a block.
 */
export function hmacSha256(key: Uint8Array): (text: string) => string {
  if (key.length > blockBytes)
    throw new RangeError('a key longer than a block would have to be hashed first');
  const inner = Buffer.alloc(blockBytes + maxShortBytes);
  padInto(inner, key, 0x36);
  const outer = Buffer.alloc(blockBytes + digestBytes);
  padInto(outer, key, 0x5c);
  return (text) => {
    // A character is at most three bytes of UTF-8.
    const message =
      text.length * 3 <= maxShortBytes
        ? inner.subarray(0, blockBytes + inner.write(text, blockBytes))
        : Buffer.concat([inner.subarray(0, blockBytes), Buffer.from(text)]);
    outer.set(hash('sha256', message, 'buffer'), blockBytes);
    return hash('sha256', outer, 'base64url');
  };
}

function padInto(target: Buffer, key: Uint8Array, pad: number): void {
  for (let at = 0; at < blockBytes; at++) target[at] = (key[at] ?? 0) ^ pad;
}
