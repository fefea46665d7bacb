import { type JsonValue, SignalboxError } from '@signalbox/sdk';

/** Why an expression is refused before anything was evaluated; the words of the JMESPath specification, and what is too much. */
export type RefusalReason =
  | 'syntax'
  | 'unknown-function'
  | 'invalid-arity'
  | 'invalid-type'
  | 'invalid-value'
  | 'limit';

/** Why an expression gives no value for some data. */
export type FailureReason = 'invalid-type' | 'invalid-value' | 'missing' | 'null' | 'budget';

/** Refuses an expression as `invalid_params`; the position counts characters from 1. The details have both, for who knows more of the place. */
export function refuseExpression(reason: RefusalReason, position: number, problem: string): never {
  throw new SignalboxError('invalid_params', `expression, character ${position}: ${problem}`, {
    details: { reason, position, problem },
  });
}

/** Gives up evaluating as `template_failed`; the problem may name paths and types, never values of the data. */
export function failExpression(
  reason: FailureReason,
  problem: string,
  details: Record<string, JsonValue> = {},
): never {
  throw new SignalboxError('template_failed', problem, { details: { reason, ...details } });
}
