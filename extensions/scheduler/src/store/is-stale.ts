import { isJsonObject, isSignalboxError } from '@signalbox/sdk';

/** True for the refusal of a write that somebody else was quicker with: what it was based on, or the very same row. */
export function isStale(error: unknown): boolean {
  if (!isSignalboxError(error) || error.code !== 'conflict' || !isJsonObject(error.details)) return false;
  const { reason } = error.details;
  return reason === 'stale' || reason === 'conflict';
}

/** The same, and for a write of many rows that others stood in the way of: nothing of it was made. */
export function isPassing(error: unknown): boolean {
  if (isStale(error)) return true;
  return isSignalboxError(error) && isJsonObject(error.details) && error.details['reason'] === 'busy';
}
