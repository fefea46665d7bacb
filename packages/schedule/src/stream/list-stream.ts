import type { Zone } from '../zone/zone.ts';
import { SearchWork } from './search-work.ts';
import type { Stream } from './stream.ts';
import { type WallOptions, wallStream } from './wall-stream.ts';

/** Local times that are listed, sorted. All of them are known, so none is too far away to be found. */
export function localList(locals: readonly number[], options: WallOptions): Stream {
  const stream = wallStream((afterMs) => firstAfter(locals, afterMs), options);
  return (afterMs) => stream(afterMs, new SearchWork(Infinity, Infinity));
}

/** Instants that are listed, sorted. */
export function instantList(instants: readonly number[], zone: Zone): Stream {
  return (afterMs) => {
    const atMs = firstAfter(instants, afterMs);
    return atMs === undefined ? undefined : { atMs, localMs: atMs + zone.offsetAt(atMs) };
  };
}

function firstAfter(sorted: readonly number[], after: number): number | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Infinity) > after) high = middle;
    else low = middle + 1;
  }
  return sorted[low];
}
