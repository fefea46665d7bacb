import type { JsonValue } from '@signalbox/sdk';
import { memberOf, setMember, toNumber } from '../json-type.ts';
import { toJsonText, toText } from '../measure.ts';
import type { CallArguments } from './call-arguments.ts';
import { addToDate } from './date-add.ts';
import type { LanguageFunctions } from './language-function.ts';

/** What the specification of JMESPath does not have. Nothing here reads a pattern, so no text can make it slow. */
export const extraFunctions: LanguageFunctions = {
  date_add: { least: 3, most: 3, apply: addToDate },
  format: { least: 1, most: Number.POSITIVE_INFINITY, apply: format },
  split: { least: 2, most: 2, apply: split },
  replace: { least: 3, most: 3, apply: replace },
  lookup: { least: 2, most: 3, apply: lookup },
  group_by: { least: 2, most: 2, forEach: 1, apply: groupBy },
  from_json: { least: 1, most: 1, apply: fromJson },
  to_json: { least: 1, most: 1, apply: (args) => toJsonText(args.any(0), args.budget) },
};

/** `format('{0} of {1}', a, b)`, or with the members of an object: `format('{name}', @)`. `{{` and `}}` are braces. */
function format(args: CallArguments): string {
  let size = 0;
  const parts = cutAtBraces(args).map((part) => {
    const text = part.isPlace ? fill(args, part.text) : part.text;
    size += text.length;
    args.budget.read(text.length + 1);
    args.budget.checkSize(size);
    return text;
  });
  return parts.join('');
}

interface Part {
  readonly text: string;
  readonly isPlace: boolean;
}

function cutAtBraces(args: CallArguments): readonly Part[] {
  const text = args.text(0);
  const parts: Part[] = [];
  for (let at = 0; at < text.length; ) {
    const brace = nextBrace(text, at);
    if (brace > at) parts.push({ text: text.slice(at, brace), isPlace: false });
    if (brace === text.length) break;
    const character = text.charAt(brace);
    if (text.charAt(brace + 1) === character) {
      parts.push({ text: character, isPlace: false });
      at = brace + 2;
      continue;
    }
    const end = character === '{' ? text.indexOf('}', brace) : -1;
    if (end < 0)
      args.fail('invalid-value', `the ${character} of its text is alone; write it twice to mean it`);
    parts.push({ text: text.slice(brace + 1, end), isPlace: true });
    at = end + 1;
  }
  return parts;
}

function nextBrace(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text.charAt(at) === '{' || text.charAt(at) === '}') return at;
  }
  return text.length;
}

function fill(args: CallArguments, place: string): string {
  const isNumbered = /^[0-9]{1,4}$/.test(place);
  const value = isNumbered ? args.any(Number(place) + 1) : memberOf(args.any(1), place);
  if (value === undefined || value === null) {
    args.fail('invalid-value', 'there is no value, or null, for one of the places of its text');
  }
  return toText(value, args.budget);
}

function split(args: CallArguments): JsonValue {
  const [text, separator] = [args.text(0), args.text(1)];
  const parts = separator === '' ? Array.from(text) : text.split(separator);
  args.budget.visit(parts.length);
  return parts;
}

function replace(args: CallArguments): string {
  const [text, sought, put] = [args.text(0), args.text(1), args.text(2)];
  if (sought === '') args.fail('invalid-value', 'an empty text is everywhere, and cannot be replaced');
  const parts = text.split(sought);
  args.budget.visit(parts.length);
  const size = text.length + (parts.length - 1) * (put.length - sought.length);
  args.budget.checkSize(size);
  args.budget.read(size);
  return parts.join(put);
}

/** A member by a name, or an item by a place, that is itself found out; the third argument where there is none. */
function lookup(args: CallArguments): JsonValue {
  const [where, key] = [args.any(0), args.any(1)];
  const place = toNumber(key);
  if (place === undefined) return memberOf(where, args.text(1)) ?? args.any(2);
  const found = Array.isArray(where) && Number.isInteger(place) ? where.at(place) : undefined;
  return found ?? args.any(2);
}

/** Lists by what the expression gives, which is a text, number or boolean; what has none is left out. */
function groupBy(args: CallArguments): JsonValue {
  const groups = new Map<string, JsonValue[]>();
  const keyOf = args.forEach(1);
  for (const item of args.list(0)) {
    const key = keyOf(item);
    if (key === null) continue;
    if (typeof key === 'object')
      args.fail('invalid-type', 'a group has a string, number or boolean, no list or object');
    const group = groups.get(String(key));
    if (group) group.push(item);
    else groups.set(String(key), [item]);
  }
  const grouped: Record<string, JsonValue> = {};
  for (const [key, items] of groups) setMember(grouped, key, items);
  return grouped;
}

function fromJson(args: CallArguments): JsonValue {
  const text = args.text(0);
  args.budget.checkSize(text.length);
  args.budget.visit(Math.ceil(text.length / 16));
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return args.fail('invalid-value', 'its text is no JSON');
  }
}
