import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const most = 64;

/** The same picture with at most 64 colours (PNG, third edition): pages have few, and the pictures stay small. */
export function withFewColours(png: Buffer): Buffer {
  const { width, height, pixels, channels } = decode(png);
  const colours: number[] = [];
  const counts = new Map<number, number>();
  const keyAt = (at: number): number =>
    ((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0);
  for (let at = 0; at < pixels.length; at += channels)
    counts.set(keyAt(at), (counts.get(keyAt(at)) ?? 0) + 1);
  for (const [colour] of [...counts].sort((a, b) => b[1] - a[1]).slice(0, most)) colours.push(colour);
  const nearest = new Map<number, number>();
  for (const colour of counts.keys()) nearest.set(colour, indexOfNearest(colours, colour));
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      rows[y * (width + 1) + 1 + x] = nearest.get(keyAt((y * width + x) * channels)) ?? 0;
  const palette = Buffer.from(colours.flatMap((each) => [each >> 16, (each >> 8) & 255, each & 255]));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits a pixel, by palette.
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function indexOfNearest(colours: readonly number[], colour: number): number {
  const distance = (other: number): number =>
    [16, 8, 0].reduce((sum, bits) => sum + (((colour >> bits) & 255) - ((other >> bits) & 255)) ** 2, 0);
  let best = 0;
  for (const [index, other] of colours.entries())
    if (distance(other) < distance(colours[best] ?? 0)) best = index;
  return best;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** Reads what the browser writes: 8 bits a channel, not interlaced. */
function decode(png: Buffer) {
  const data: Buffer[] = [];
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const channels = png[25] === 6 ? 4 : 3;
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const raw = inflateSync(Buffer.concat(data));
  const line = width * channels;
  const pixels = Buffer.alloc(line * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (line + 1)] ?? 0;
    for (let x = 0; x < line; x++) {
      const left = x >= channels ? (pixels[y * line + x - channels] ?? 0) : 0;
      const up = y > 0 ? (pixels[(y - 1) * line + x] ?? 0) : 0;
      const corner = y > 0 && x >= channels ? (pixels[(y - 1) * line + x - channels] ?? 0) : 0;
      const value = raw[y * (line + 1) + 1 + x] ?? 0;
      pixels[y * line + x] = (value + predicted(filter, { left, up, corner })) & 255;
    }
  }
  return { width, height, pixels, channels };
}

/** PNG, third edition, §9.2. */
function predicted(
  filter: number,
  { left, up, corner }: { left: number; up: number; corner: number },
): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
      if (a <= b && a <= c) return left;
      return b <= c ? up : corner;
    }
    default:
      return 0;
  }
}
