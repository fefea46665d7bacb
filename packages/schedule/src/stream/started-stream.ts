import type { Stream, WallSource } from './stream.ts';
import { type WallOptions, wallStream } from './wall-stream.ts';

/**
 * {@link wallStream} of times that begin at an instant. Where that is in an hour that comes twice, what is left of that pass belongs to
 * them and the other does not, whatever is meant of other times that come twice; unless both are.
 */
export function startedStream(source: WallSource, options: WallOptions, startMs: number): Stream {
  const stream = wallStream(source, options);
  const own = findPass(startMs, options);
  if (!own) return stream;
  const { overlap, passEndMs, goOnMs } = own;
  const begin = wallStream(source, { ...options, dst: { ...options.dst, overlap } });
  return (afterMs, work) => {
    const due = afterMs < passEndMs - 1 ? begin(Math.max(afterMs, startMs - 1), work) : undefined;
    if (work.ended || (due && due.atMs < passEndMs)) return due;
    return stream(Math.max(afterMs, goOnMs - 1), work);
  };
}

/** The pass of an hour that comes twice a start is in, when it is another than is meant of all others. */
interface Pass {
  readonly overlap: 'first' | 'second';
  readonly passEndMs: number;
  /** Where all is as it is meant again. */
  readonly goOnMs: number;
}

function findPass(startMs: number, { zone, dst }: WallOptions): Pass | undefined {
  const span = zone.spanAt(startMs);
  const repeatedUntilMs = span.startMs + span.previousOffsetMs - span.offsetMs;
  if (startMs < repeatedUntilMs)
    return { overlap: 'second', passEndMs: repeatedUntilMs, goOnMs: repeatedUntilMs };
  const repeatedMs = span.offsetMs - span.nextOffsetMs;
  if (dst.overlap !== 'second' || startMs < span.endMs - repeatedMs) return undefined;
  return { overlap: 'first', passEndMs: span.endMs, goOnMs: span.endMs + repeatedMs };
}
