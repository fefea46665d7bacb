/**
 * Why something failed. `timeout`, `connection` and `rate_limited` are retried unless `retry.on` says otherwise; `tool_error`,
 * too, where the engine knows that the tool is idempotent. `in_doubt`: nobody knows how the call ended, since the hub stopped, or its target was lost sight of.
 */
export const errorKinds = [
  'timeout',
  'connection',
  'rate_limited',
  'tool_error',
  'invalid_args',
  'denied',
  'not_found',
  'template',
  'budget',
  'canceled',
  'in_doubt',
] as const;

/** One of {@link errorKinds}. */
export type ErrorKind = (typeof errorKinds)[number];

/** An error as it is kept: `steps_meta.<id>.error` and `run.error` show exactly this. At most 2,000 characters of message. */
export interface StepError {
  readonly kind: ErrorKind;
  readonly message: string;
  /** Path of the step that failed first, such as `loop[3].send`. */
  readonly path?: string;
  /** Of `budget`: it is one outside the definition, so that whoever waits for this run meets it, too. */
  readonly isOutside?: true;
}
