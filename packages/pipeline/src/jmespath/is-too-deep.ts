import type { JsonValue } from '@signalbox/sdk';
import { maxResultDepth } from './limits.ts';

/** True for a value that is nested deeper than templates give one: who walks it could run out of stack. Here the stack does not grow. */
export function isTooDeep(value: JsonValue): boolean {
  let level = containersIn([value]);
  for (let depth = 1; depth <= maxResultDepth; depth++) {
    if (level.length === 0) return false;
    level = level.flatMap((each) => containersIn(Object.values(each)));
  }
  return level.length > 0;
}

function containersIn(values: readonly JsonValue[]): readonly object[] {
  return values.filter((value) => typeof value === 'object' && value !== null);
}
