import type { JsonValue } from '@signalbox/sdk';
import type { Value } from './value.ts';

/** About how many bytes a value is as JSON, reckoned without making the text, and without recursion, since it may be deep. */
export function jsonBytes(value: JsonValue): number {
  let sum = 0;
  const left: JsonValue[] = [value];
  for (let each = left.pop(); each !== undefined; each = left.pop()) {
    if (typeof each === 'string') sum += each.length + 3;
    else if (typeof each !== 'object' || each === null) sum += 6;
    else if (Array.isArray(each)) {
      sum += 3;
      for (const item of each) left.push(item);
    } else {
      sum += 3;
      for (const name of Object.keys(each)) {
        sum += name.length + 3;
        left.push(each[name] ?? null);
      }
    }
  }
  return sum;
}

/** The same for a value as the state keeps it. */
export function valueBytes(value: Value | undefined): number {
  if (!value) return 0;
  if ('json' in value) return jsonBytes(value.json) + 10;
  if ('ref' in value) return value.ref.length + 40;
  const inner = 'items' in value ? value.items : Object.values(value.members);
  return inner.reduce<number>((sum, each) => sum + valueBytes(each) + 10, 20);
}
