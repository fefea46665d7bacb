import type { JsonValue } from '@signalbox/sdk';
import { refuseExpression } from './expression-error.ts';
import { maxDepth } from './limits.ts';

/** Makes a literal unchangeable: the expression is kept, and what it gives must not be altered by those who got it before. */
export function freezeLiteral(value: JsonValue, position: number, depth = 1): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > maxDepth) {
    refuseExpression('limit', position, `the literal is nested more than ${maxDepth} deep`);
  }
  for (const inner of Object.values(value)) freezeLiteral(inner, position, depth + 1);
  Object.freeze(value);
  return value;
}
