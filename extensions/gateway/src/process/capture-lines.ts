import type { Readable } from 'node:stream';

const maxLineLength = 65_536;
const maxBytesPerWindow = 1_048_576;
const windowMs = 1_000;

/**
 * Reads a child's output line by line, for people. A line is cut, but not shorter than 64 KiB; a child that writes more than 1 MiB in a second
 * is made to wait, so that its chatter never takes the hub's time.
 */
export function captureLines(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new TextDecoder();
  let rest = '';
  let isCut = false;
  let windowBytes = 0;
  let windowEndsAt = 0;

  const takeText = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!isCut && line.trim() !== '') onLine(line.replace(/\r$/, ''));
      isCut = false;
    }
    if (rest.length <= maxLineLength) return;
    if (!isCut) onLine(rest);
    isCut = true;
    rest = '';
  };

  const slowDown = (bytes: number): void => {
    const now = Date.now();
    if (now >= windowEndsAt) {
      windowEndsAt = now + windowMs;
      windowBytes = 0;
    }
    windowBytes += bytes;
    if (windowBytes < maxBytesPerWindow) return;
    stream.pause();
    setTimeout(() => stream.resume(), windowEndsAt - now).unref();
  };

  stream.on('data', (chunk: Buffer) => {
    takeText(decoder.decode(chunk, { stream: true }));
    slowDown(chunk.length);
  });
  stream.on('end', () => takeText('\n'));
}
