import { isJsonObject, isSignalboxError } from '@signalbox/sdk';

/** True for what the store said, rather than somebody else: another time it may say otherwise. */
export function isStoreError(error: unknown): boolean {
  return isSignalboxError(error) && isJsonObject(error.details) && 'reason' in error.details;
}

/** Reasons of a store that may pass by themselves. */
const passing: ReadonlySet<unknown> = new Set([
  'busy',
  'connection',
  'full',
  'io',
  'overloaded',
  'readonly',
  'timeout',
  'worker',
]);

/** True for what the store may take when it is asked again in a moment. */
export function isPassing(error: unknown): boolean {
  return isSignalboxError(error) && isJsonObject(error.details) && passing.has(error.details['reason']);
}

/** True when a write was refused because another node has the run now. */
export function isStale(error: unknown): boolean {
  return isStoreError(error) && isSignalboxError(error) && error.code === 'conflict';
}
