import type { JsonValue } from '@signalbox/sdk';

/**
 * True when a value written as JSON surely has more bytes than given: counts characters and separators without
 * writing anything, and stops as soon as it knows.
 */
export function isLargerThan(value: JsonValue, maxBytes: number): boolean {
  return countDown(value, maxBytes) < 0;
}

/** What is left of the budget after the value; below zero as soon as it is used up. */
function countDown(value: JsonValue, budget: number): number {
  if (typeof value === 'string') return budget - value.length - 2;
  if (typeof value !== 'object' || value === null) return budget - 1;
  let left = budget - 2;
  if (Array.isArray(value)) {
    for (const item of value) {
      left = countDown(item, left);
      if (left < 0) return left;
    }
    return left;
  }
  for (const [member, item] of Object.entries(value)) {
    left = countDown(item, left - member.length - 3);
    if (left < 0) return left;
  }
  return left;
}
