import { isJsonObject, isSignalboxError } from '@signalbox/sdk';

/** True for what the store said, rather than somebody else: another time it may say otherwise. */
export function isStoreError(error: unknown): boolean {
  return isSignalboxError(error) && isJsonObject(error.details) && 'reason' in error.details;
}

/** True when a write was refused because another node has the run now. */
export function isStale(error: unknown): boolean {
  return isStoreError(error) && isSignalboxError(error) && error.code === 'conflict';
}
