import type { JsonValue } from '@signalbox/sdk';
import type { Budget } from './budget.ts';
import { memberOf, toNumber, typeOf } from './json-type.ts';
import type { Comparison } from './node.ts';

/** Compares two values; null where only numbers have an order. */
export function compareValues(
  comparison: Comparison,
  left: JsonValue,
  right: JsonValue,
  budget: Budget,
): boolean | null {
  if (comparison === '==') return isEqual(left, right, budget);
  if (comparison === '!=') return !isEqual(left, right, budget);
  const [one, other] = [toNumber(left), toNumber(right)];
  if (one === undefined || other === undefined) return null;
  switch (comparison) {
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '>':
      return one > other;
    default:
      return one >= other;
  }
}

/** True when two values are the same JSON; however deep they are, the stack does not grow. */
export function isEqual(left: JsonValue, right: JsonValue, budget: Budget): boolean {
  budget.visit();
  const pairs: [JsonValue, JsonValue][] = [[left, right]];
  for (let pair = pairs.pop(); pair; pair = pairs.pop()) {
    const [one, other] = pair;
    if (typeof one === 'string') budget.read(one.length);
    if (one === other) continue;
    const type = typeOf(one);
    if (type !== typeOf(other)) return false;
    if (type === 'number') {
      if (toNumber(one) !== toNumber(other)) return false;
    } else if (Array.isArray(one) && Array.isArray(other)) {
      if (one.length !== other.length) return false;
      budget.visit(one.length);
      for (const [index, item] of one.entries()) pairs.push([item, other[index] ?? null]);
    } else if (type === 'object' && typeof one === 'object' && one !== null) {
      const members = Object.entries(one);
      budget.visit(members.length * 4);
      if (!pushMembers(members, other, pairs)) return false;
    } else return false;
  }
  return true;
}

function pushMembers(
  members: readonly [string, JsonValue][],
  other: JsonValue,
  pairs: [JsonValue, JsonValue][],
): boolean {
  if (typeof other !== 'object' || other === null || Object.keys(other).length !== members.length) {
    return false;
  }
  for (const [name, value] of members) {
    const its = memberOf(other, name);
    if (its === undefined) return false;
    pairs.push([value, its]);
  }
  return true;
}

/** Orders texts by their characters, as sort() has to; the units of a pair come after all others. */
export function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  const shorter = Math.min(left.length, right.length);
  for (let at = 0; at < shorter; at++) {
    const [one, other] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (one !== other) return toOrder(one) - toOrder(other);
  }
  return left.length - right.length;
}

function toOrder(unit: number): number {
  return unit >= 0xd8_00 && unit <= 0xdf_ff ? unit + 0x1_00_00 : unit;
}
