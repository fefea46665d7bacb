import { expect, test } from 'vitest';
import type { Stream } from '../../src/stream/stream.ts';
import { StreamSearch } from '../../src/stream/stream-search.ts';

/** Every so many milliseconds, and what it was asked after. */
function everyMs(stepMs: number): { readonly stream: Stream; readonly asked: number[] } {
  const asked: number[] = [];
  const stream: Stream = (afterMs, work) => {
    asked.push(afterMs);
    const atMs = (Math.floor(afterMs / stepMs) + 1) * stepMs;
    return work.isBeyond(atMs) ? undefined : { atMs, localMs: atMs };
  };
  return { stream, asked };
}

test('only the streams that are behind are asked again', () => {
  const [often, seldom, never] = [everyMs(10), everyMs(35), everyMs(1_000)];
  const search = new StreamSearch([often.stream, seldom.stream, never.stream], 100);
  const found: number[] = [];
  for (let [due] = search.firstAfter(0); due; [due] = search.firstAfter(due.atMs)) found.push(due.atMs);
  expect(found).toEqual([10, 20, 30, 35, 40, 50, 60, 70, 80, 90, 100]);
  expect(often.asked).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  expect(seldom.asked).toEqual([0, 35, 70]);
  // What was given up is not asked again.
  expect(never.asked).toEqual([0]);
  expect(search.givenUp()?.limit).toBe('horizon');
});
