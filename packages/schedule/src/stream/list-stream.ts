import type { Zone } from '../zone/zone.ts';
import type { Stream, WallSource } from './stream.ts';

/** Local times that are listed, sorted. */
export function localList(locals: readonly number[]): WallSource {
  return (afterMs) => firstAfter(locals, afterMs);
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
