import { expect, test } from 'vitest';
import { readLines } from '../src/read-lines.ts';

async function linesOf(...chunks: (string | Uint8Array)[]): Promise<unknown[]> {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks)
        controller.enqueue(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk);
      controller.close();
    },
  });
  return Array.fromAsync(readLines(body));
}

test('lines are found whatever the chunks are, and the last needs no line end', async () => {
  expect(await linesOf('{"a":1}\n{"a"', ':', '2}\n', '\n3')).toEqual([{ a: 1 }, { a: 2 }, 3]);
});

test('a character cut in two by a chunk stays whole', async () => {
  const bytes = new TextEncoder().encode('"é天"\n');
  expect(await linesOf(bytes.slice(0, 2), bytes.slice(2, 5), bytes.slice(5))).toEqual(['é天']);
});

test('a line that is no JSON is an error with its code', async () => {
  await expect(linesOf('1\n<html>\n')).rejects.toMatchObject({ code: 'upstream_invalid_answer' });
});
