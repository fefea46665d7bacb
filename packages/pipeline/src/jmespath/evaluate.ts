import type { JsonValue } from '@signalbox/sdk';
import type { Budget } from './budget.ts';

/**
 * Gives what a part of an expression finds in a value. Undefined says that there is nothing: JMESPath calls it null, but a template has to
 * tell a path that is missing from a null that is there.
 */
export type Evaluate = (value: JsonValue | undefined, budget: Budget) => JsonValue | undefined;
