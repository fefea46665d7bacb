import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { SignalboxError } from '@signalbox/sdk';

/** A response's body while it comes in; can be read once. */
export type Body = AsyncGenerator<Uint8Array, void, undefined>;

/**
 * The bytes of a body, unpacked, and never more than `maxBytes` of them: what a small packed body grows to counts, too.
 * Errors: `too_large`; `upstream_invalid_answer` for an encoding nobody asked for.
 */
export async function* cappedBody(
  raw: Readable,
  { encoding, maxBytes, host }: { encoding: string; maxBytes: number; host: string },
): Body {
  let bytes = 0;
  for await (const chunk of unpack(raw, encoding, host)) {
    const part = chunk as Uint8Array;
    bytes += part.length;
    if (bytes > maxBytes)
      throw new SignalboxError('too_large', `the answer of "${host}" is longer than ${maxBytes} bytes`);
    yield part;
  }
}

function unpack(raw: Readable, encoding: string, host: string): Readable {
  if (encoding === '' || encoding === 'identity') return raw;
  const make = {
    gzip: createGunzip,
    'x-gzip': createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  }[encoding];
  if (!make) {
    throw new SignalboxError(
      'upstream_invalid_answer',
      `"${host}" answered in the encoding "${encoding.slice(0, 40)}", which was not asked for`,
    );
  }
  const unpacked = make();
  // An error of either side ends the other, and with it the reading.
  pipeline(raw, unpacked, () => undefined);
  return unpacked;
}
