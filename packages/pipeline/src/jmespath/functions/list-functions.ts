import type { JsonValue } from '@signalbox/sdk';
import { compareTexts } from '../compare.ts';
import { setMember, typeOf } from '../json-type.ts';
import { type CallArguments, costOfEach } from './call-arguments.ts';
import type { LanguageFunctions } from './language-function.ts';

type Key = number | string;

/** What is done with lists and objects. */
export const listFunctions: LanguageFunctions = {
  length: { least: 1, most: 1, apply: length },
  keys: { least: 1, most: 1, apply: (args) => Object.keys(args.object(0)) },
  values: { least: 1, most: 1, apply: (args) => Object.values(args.object(0)) },
  merge: { least: 1, most: Number.POSITIVE_INFINITY, apply: merge },
  not_null: {
    least: 1,
    most: Number.POSITIVE_INFINITY,
    apply: (args) => args.rest(0).find((value) => value !== null) ?? null,
  },
  type: { least: 1, most: 1, apply: (args) => typeOf(args.any(0)) },
  to_array: {
    least: 1,
    most: 1,
    apply: (args) => (Array.isArray(args.any(0)) ? args.list(0) : [args.any(0)]),
  },
  map: { least: 2, most: 2, forEach: 0, apply: (args) => args.list(1).map(args.forEach(0)) },
  sort: {
    least: 1,
    most: 1,
    apply: (args) => {
      const list = args.list(0);
      return order(args, args.sortable(0)).map((index) => list[index] ?? null);
    },
  },
  sort_by: {
    least: 2,
    most: 2,
    forEach: 1,
    apply: (args) => {
      const list = args.list(0);
      return order(args, args.sortKeys(list, 1)).map((index) => list[index] ?? null);
    },
  },
  max: { least: 1, most: 1, apply: (args) => pick(args.list(0), args.sortable(0), 1) },
  min: { least: 1, most: 1, apply: (args) => pick(args.list(0), args.sortable(0), -1) },
  max_by: { least: 2, most: 2, forEach: 1, apply: (args) => pickBy(args, 1) },
  min_by: { least: 2, most: 2, forEach: 1, apply: (args) => pickBy(args, -1) },
};

function length(args: CallArguments): number {
  const value = args.any(0);
  if (typeof value === 'string') return countCharacters(args);
  return typeOf(value) === 'object' ? Object.keys(args.object(0)).length : args.list(0).length;
}

function countCharacters(args: CallArguments): number {
  const text = args.text(0);
  args.budget.read(text.length * costOfEach);
  let count = 0;
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xff_ff ? 2 : 1) count++;
  return count;
}

function merge(args: CallArguments): JsonValue {
  const merged: Record<string, JsonValue> = {};
  for (let index = 0; index < args.length; index++) {
    const members = Object.entries(args.object(index));
    args.budget.visit(members.length * 2);
    for (const [name, value] of members) setMember(merged, name, value);
  }
  return merged;
}

/** The places of a list in the order of their keys; equal ones stay as they are. */
function order({ budget }: CallArguments, keys: readonly Key[]): readonly number[] {
  const rounds = Math.ceil(Math.log2(keys.length + 1));
  budget.visit(keys.length * rounds);
  const characters = keys.reduce<number>((sum, key) => sum + (typeof key === 'string' ? key.length : 0), 0);
  budget.read(characters * rounds * costOfEach);
  return [...keys.keys()].sort((left, right) => compareKeys(keys[left], keys[right]));
}

function pickBy(args: CallArguments, sign: 1 | -1): JsonValue {
  const list = args.list(0);
  return pick(list, args.sortKeys(list, 1), sign);
}

/** The first of a list whose key is the largest, or with -1 the smallest. */
function pick(list: readonly JsonValue[], keys: readonly Key[], sign: 1 | -1): JsonValue {
  let best = 0;
  for (let at = 1; at < keys.length; at++) {
    if (sign * compareKeys(keys[at], keys[best]) > 0) best = at;
  }
  return list[best] ?? null;
}

function compareKeys(left: Key | undefined, right: Key | undefined): number {
  return typeof left === 'number' && typeof right === 'number'
    ? left - right
    : compareTexts(String(left), String(right));
}
