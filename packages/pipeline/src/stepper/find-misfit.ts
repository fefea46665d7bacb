import type { JsonValue } from '@signalbox/sdk';
import { isTooDeep } from '../jmespath/is-too-deep.ts';
import { maxResultDepth } from '../jmespath/limits.ts';
import type { SchemaCheck } from '../plan/plan.ts';

/**
 * Says what does not fit; undefined when everything does. A check follows a value as deep as its schema does, and may run out of stack: what is
 * deeper than an expression may give fits none, wherever it is asked, and what cannot be checked does not fit.
 */
export function findMisfit(check: SchemaCheck | undefined, value: JsonValue): string | undefined {
  if (!check) return undefined;
  if (isTooDeep(value)) return `it is nested more than ${maxResultDepth} deep`;
  try {
    return check(value);
  } catch {
    return 'it cannot be checked';
  }
}
