import type { Stream, WallSource } from './stream.ts';
import { type WallOptions, wallStream } from './wall-stream.ts';

/**
 * {@link wallStream} of times that begin at an instant. Where that is in an hour that has come once already, what is left of the hour
 * belongs to it, whatever is meant of other times that come twice.
 */
export function startedStream(source: WallSource, options: WallOptions, startMs: number): Stream {
  const { zone, dst } = options;
  const stream = wallStream(source, options);
  const span = zone.spanAt(startMs);
  const repeatedUntilMs = span.startMs + span.previousOffsetMs - span.offsetMs;
  if (startMs >= repeatedUntilMs) return stream;
  const repeated = wallStream(source, { ...options, dst: { ...dst, overlap: 'second' } });
  return (afterMs, work) => {
    const due = afterMs < repeatedUntilMs - 1 ? repeated(Math.max(afterMs, startMs - 1), work) : undefined;
    if (work.ended || (due && due.atMs < repeatedUntilMs)) return due;
    return stream(Math.max(afterMs, repeatedUntilMs - 1), work);
  };
}
