import { isJsonObject, isSignalboxError } from '@signalbox/sdk';

/** True for the refusal of a write that somebody else was quicker with: what it was based on, or the very same row. */
export function isStale(error: unknown): boolean {
  if (!isSignalboxError(error) || error.code !== 'conflict' || !isJsonObject(error.details)) return false;
  const { reason } = error.details;
  return reason === 'stale' || reason === 'conflict';
}
