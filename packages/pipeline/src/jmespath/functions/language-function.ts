import type { JsonValue } from '@signalbox/sdk';
import type { CallArguments } from './call-arguments.ts';

/** A function expressions may call. */
export interface LanguageFunction {
  /** How many arguments it takes. */
  readonly least: number;
  readonly most: number;
  /** Which argument, counted from 0, is an `&expression`. */
  readonly forEach?: number;
  /** Decides the value from the arguments alone. */
  apply(this: void, args: CallArguments): JsonValue;
}

/** Functions by their names. */
export type LanguageFunctions = Readonly<Record<string, LanguageFunction>>;
