import type { JsonValue } from '@signalbox/sdk';
import type { Value } from './value.ts';

/** About how many bytes a value is as JSON, reckoned without making the text. */
export function jsonBytes(value: JsonValue): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 5;
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + jsonBytes(each) + 1, 2);
  let sum = 2;
  for (const name of Object.keys(value)) sum += name.length + 4 + jsonBytes(value[name] ?? null);
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
