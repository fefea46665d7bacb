import { type ErrorCode, SignalboxError } from '@signalbox/sdk';

/** Why a store refused or failed; `details.reason` of every error a store throws. */
export type StoreFailureReason =
  | 'locked'
  | 'corrupt'
  | 'conflict'
  | 'stale'
  | 'not_found'
  | 'unsupported'
  | 'invalid'
  | 'full'
  | 'readonly'
  | 'busy'
  | 'io'
  | 'statement'
  | 'overloaded'
  | 'timeout'
  | 'connection'
  | 'closed'
  | 'worker';

const codes: { readonly [reason in StoreFailureReason]?: ErrorCode } = {
  locked: 'store_locked',
  corrupt: 'store_corrupt',
  conflict: 'conflict',
  stale: 'conflict',
  not_found: 'not_found',
  unsupported: 'unsupported',
  invalid: 'invalid_params',
};

/** Makes the error of a store: the code follows from the reason, and is `store_failed` for all others. */
export function storeError(reason: StoreFailureReason, message: string, cause?: unknown): SignalboxError {
  return new SignalboxError(codes[reason] ?? 'store_failed', message, { cause, details: { reason } });
}
