import { expectCode } from '@signalbox/sdk/expect-code';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeSseEvent, LineSplitter, SseReader } from '../src/index.ts';

const seed = 20261121;

/** Cuts bytes at the given places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((start, index) => bytes.subarray(start, ends[index] ?? bytes.length));
}

describe('lines', () => {
  test(`come out whole, however the bytes are cut (seed ${seed})`, () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), (lines, places) => {
        const splitter = new LineSplitter(1_000_000);
        const bytes = new TextEncoder().encode(lines.map((each) => `${each}\n`).join(''));
        expect(cut(bytes, places).flatMap((chunk) => splitter.push(chunk))).toEqual(lines);
      }),
      { seed, numRuns: 1_000 },
    );
  });

  test('may end in CR LF, and empty ones are left out', () => {
    expect(new LineSplitter(100).push(new TextEncoder().encode('a\r\n\n\r\nb\n'))).toEqual(['a', 'b']);
  });

  test('are bounded, finished or not', () => {
    expectCode('too_large', () => new LineSplitter(8).push(new TextEncoder().encode('123456789')));
    expectCode('too_large', () => new LineSplitter(8).push(new TextEncoder().encode('123456789\n')));
    expect(new LineSplitter(8).push(new TextEncoder().encode('12345678\n'))).toEqual(['12345678']);
  });
});

describe('server-sent events', () => {
  test(`come out as they went in, however the bytes are cut (seed ${seed})`, () => {
    const data = fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text));
    fc.assert(
      fc.property(fc.array(data), fc.array(fc.nat()), (items, places) => {
        const reader = new SseReader(1_000_000);
        const bytes = new TextEncoder().encode(
          items.map((each, index) => encodeSseEvent(each, `s-${index}`)).join(''),
        );
        const events = cut(bytes, places).flatMap((chunk) => reader.push(chunk));
        expect(events).toEqual(
          items.map((each, index) => ({ event: 'message', data: each, id: `s-${index}` })),
        );
      }),
      { seed, numRuns: 1_000 },
    );
  });

  test('keep to the standard: comments, several data lines, CR LF, retry, a name', () => {
    const text = ': hello\r\nevent: x\r\ndata: a\r\ndata:b\r\n\r\nretry: 250\n\ndata\n\n';
    expect(new SseReader(100).push(new TextEncoder().encode(text))).toEqual([
      { event: 'x', data: 'a\nb' },
      { event: 'message', data: '', retryMs: 250 },
      { event: 'message', data: '' },
    ]);
  });

  test('are bounded, line by line and as a whole', () => {
    expectCode('too_large', () => new SseReader(8).push(new TextEncoder().encode(`data: ${'x'.repeat(20)}`)));
    expectCode('too_large', () =>
      new SseReader(20).push(new TextEncoder().encode('data: 1234567890\n'.repeat(3))),
    );
  });
});
