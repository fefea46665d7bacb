import type { JsonValue } from '@signalbox/sdk';
import { canonicalText } from '../plan/canonical-text.ts';
import type { Check, Checker } from './checker.ts';
import type { Keyword } from './keyword.ts';
import { readList, readText } from './read-given.ts';
import { SchemaFault } from './schema-fault.ts';

const shownLength = 200;

/** JSON Schema Validation 2020-12, 6.1: what any value is asked. */
export const valueKeywords: Readonly<Record<string, Keyword>> = {
  type(given) {
    const { value, pointer } = given;
    const names = typeof value === 'string' ? [value] : readList(given).map((name) => nameOf(name, pointer));
    const types = new Set(names.map((name) => nameOf(name, pointer)));
    if (types.size === 0) throw new SchemaFault(pointer, 'has to name a type');
    const wanted = [...types].map((name) => articles[name]).join(' or ');
    return (each, path, check) => {
      const own = typeOf(each);
      if (types.has(own) || (own === 'integer' && types.has('number'))) return true;
      return check.fail(path, `has to be ${wanted}, not ${articles[own]}`);
    };
  },

  enum(given) {
    const values = readList(given);
    return oneOf(values, `has to be one of ${shown(values)}`);
  },

  const({ value }) {
    return oneOf([value], `has to be ${shown([value])}`);
  },
};

const articles = {
  null: 'null',
  boolean: 'a boolean',
  integer: 'an integer',
  number: 'a number',
  string: 'a string',
  array: 'an array',
  object: 'an object',
} as const;

type TypeName = keyof typeof articles;

function nameOf(name: JsonValue, pointer: string): TypeName {
  const text = readText({ value: name, pointer });
  if (Object.hasOwn(articles, text)) return text as TypeName;
  throw new SchemaFault(pointer, `has to be one of ${Object.keys(articles).join(', ')}`);
}

/** A number without a fraction is an integer, however it was written. */
function typeOf(value: JsonValue): TypeName {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value as 'boolean' | 'string' | 'object';
}

/** What is of another type than all of them is not written as text. */
function oneOf(values: readonly JsonValue[], message: string): Checker {
  const texts = new Set(values.map(canonicalText));
  const types = new Set(values.map(typeOf));
  return (each, path, check) =>
    (types.has(typeOf(each)) && texts.has(textOf(each, check))) || check.fail(path, message);
}

/** A value as text that is the same for the same value. */
export function textOf(value: JsonValue, check: Check): string {
  const text = typeof value === 'object' ? canonicalText(value) : JSON.stringify(value);
  check.spend(2 + (text.length >> 1));
  return text;
}

function shown(values: readonly JsonValue[]): string {
  const text = values.map((value) => JSON.stringify(value)).join(', ');
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}
