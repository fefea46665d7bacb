import { isJsonObject, type JsonValue } from '@signalbox/sdk';
import type { Budget } from './budget.ts';

/** What JMESPath calls the types of values. */
export type JsonType = 'string' | 'number' | 'boolean' | 'array' | 'object' | 'null';

/** Tells the type of a value; a number that is kept as its own text is a number. */
export function typeOf(value: JsonValue): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'object') return toType(typeof value);
  return isJsonObject(value) ? 'object' : 'number';
}

/** Gives a number as one that can be counted with, or undefined for anything else. */
export function toNumber(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'object' || value === null || typeOf(value) !== 'number') return undefined;
  return Number(JSON.stringify(value));
}

/** False for nothing, null, false, and empty texts, lists and objects; 0 is true, as JMESPath has it. */
export function isTruthy(value: JsonValue | undefined, budget: Budget): boolean {
  if (value === undefined || value === null || value === false || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  if (!isJsonObject(value)) return true;
  const { length } = Object.keys(value);
  budget.visit(length >> 1);
  return length > 0;
}

/** An own member of an object; undefined for everything else, so that no text, list or prototype has any. */
export function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return isJsonObject(value) ? value[name] : undefined;
}

/** Sets a member as data, whatever it is called. */
export function setMember(object: Record<string, JsonValue>, name: string, value: JsonValue): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[name] = value;
  }
}

function toType(name: string): 'string' | 'number' | 'boolean' {
  return name === 'string' || name === 'number' ? name : 'boolean';
}
