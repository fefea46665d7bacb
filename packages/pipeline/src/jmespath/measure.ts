import type { JsonValue } from '@signalbox/sdk';
import type { Budget } from './budget.ts';
import { failExpression } from './expression-error.ts';
import { typeOf } from './json-type.ts';
import { maxResultDepth } from './limits.ts';

/**
 * Counts the characters of a value as JSON, escapes aside, and stops at what may be given.
 * Throws `template_failed` for what is too large or nested too deep; the stack does not grow.
 */
export function measure(value: JsonValue, budget: Budget): number {
  let size = sizeOf(value);
  const open: { readonly values: readonly JsonValue[]; at: number }[] = [];
  const enter = (inner: JsonValue): void => {
    if (typeof inner !== 'object' || inner === null || typeOf(inner) === 'number') return;
    const values = Object.values(inner);
    budget.visit(Math.ceil(values.length / 2));
    open.push({ values, at: 0 });
    if (open.length > maxResultDepth) {
      failExpression('budget', `what the expression gives is nested more than ${maxResultDepth} deep`);
    }
  };
  enter(value);
  for (let level = open.at(-1); level; level = open.at(-1)) {
    const inner = level.values[level.at++];
    if (inner === undefined) {
      open.pop();
      continue;
    }
    size += sizeOf(inner);
    budget.checkSize(size);
    enter(inner);
  }
  budget.checkSize(size);
  budget.read(size);
  return size;
}

/** The characters of a value without those of the values inside it. */
function sizeOf(value: JsonValue): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return String(value).length;
  if (Array.isArray(value)) return value.length + 1;
  if (typeOf(value) === 'number') return JSON.stringify(value).length;
  return Object.keys(value).reduce((sum, name) => sum + name.length + 4, 1);
}

/** Writes a value as compact JSON. Throws `template_failed` when that is too much. */
export function toJsonText(value: JsonValue, budget: Budget): string {
  measure(value, budget);
  const text = JSON.stringify(value);
  budget.checkSize(text.length);
  return text;
}

/** Writes a value as text: a string as it is, anything else as compact JSON. */
export function toText(value: JsonValue, budget: Budget): string {
  return typeof value === 'string' ? value : toJsonText(value, budget);
}
