import { isJsonObject, type JsonValue } from '@signalbox/sdk';
import { z } from 'zod';

const scalar = z.union([z.string().max(1_000), z.number(), z.boolean(), z.null()]);
const pointer = z
  .string()
  .max(500)
  .regex(/^(?:\/(?:[^~/]|~[01])*)*$/, 'must be a JSON pointer, e.g. "/amount"')
  .describe('JSON pointer into the arguments (RFC 6901)');

/** A condition on one argument. */
export const argumentPredicate = z.discriminatedUnion('is', [
  z.strictObject({ at: pointer, is: z.enum(['present', 'absent']) }),
  z.strictObject({ at: pointer, is: z.enum(['equal', 'unequal']), value: scalar }),
  z.strictObject({ at: pointer, is: z.enum(['one-of', 'none-of']), value: z.array(scalar).min(1).max(100) }),
  z.strictObject({ at: pointer, is: z.enum(['less', 'at-most', 'more', 'at-least']), value: z.number() }),
  z.strictObject({
    at: pointer,
    is: z.enum(['starting', 'ending', 'containing']),
    value: z.string().min(1).max(1_000),
  }),
]);

/** One of {@link argumentPredicate}, read. */
export type ArgumentPredicate = z.output<typeof argumentPredicate>;

/** Whether a condition holds; `unknown` where the argument is not of the kind that is compared. */
export function holds(predicate: ArgumentPredicate, args: JsonValue): 'yes' | 'no' | 'unknown' {
  const value = valueAt(args, predicate.at);
  switch (predicate.is) {
    case 'present':
      return yesNo(value !== undefined);
    case 'absent':
      return yesNo(value === undefined);
    case 'equal':
      return yesNo(value === predicate.value);
    case 'unequal':
      return yesNo(value !== predicate.value);
    case 'one-of':
      return yesNo(predicate.value.some((each) => each === value));
    case 'none-of':
      return yesNo(!predicate.value.some((each) => each === value));
    case 'less':
    case 'at-most':
    case 'more':
    case 'at-least':
      return typeof value === 'number'
        ? yesNo(compare(predicate.is, value, predicate.value))
        : missing(value);
    case 'starting':
    case 'ending':
    case 'containing':
      return typeof value === 'string' ? yesNo(find(predicate.is, value, predicate.value)) : missing(value);
    default:
      return predicate satisfies never;
  }
}

/** What is not there is not compared; what is of another kind might be meant. */
function missing(value: JsonValue | undefined): 'no' | 'unknown' {
  return value === undefined ? 'no' : 'unknown';
}

function yesNo(isTrue: boolean): 'yes' | 'no' {
  return isTrue ? 'yes' : 'no';
}

function compare(is: 'less' | 'at-most' | 'more' | 'at-least', value: number, bound: number): boolean {
  if (is === 'less') return value < bound;
  if (is === 'at-most') return value <= bound;
  return is === 'more' ? value > bound : value >= bound;
}

function find(is: 'starting' | 'ending' | 'containing', value: string, part: string): boolean {
  if (is === 'starting') return value.startsWith(part);
  return is === 'ending' ? value.endsWith(part) : value.includes(part);
}

function valueAt(root: JsonValue, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const step of path.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = /^(?:0|[1-9]\d{0,8})$/.test(key) ? value[Number(key)] : undefined;
    else value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}
