import type { Checker } from './checker.ts';
import type { Keyword } from './keyword.ts';
import { readNumber } from './read-given.ts';
import { SchemaFault } from './schema-fault.ts';

/** JSON Schema Validation 2020-12, 6.2: what numbers are asked. */
export const numberKeywords: Readonly<Record<string, Keyword>> = {
  minimum(given) {
    const limit = readNumber(given);
    return ofNumbers((value) => value >= limit, `has to be at least ${limit}`);
  },
  maximum(given) {
    const limit = readNumber(given);
    return ofNumbers((value) => value <= limit, `has to be at most ${limit}`);
  },
  exclusiveMinimum(given) {
    const limit = readNumber(given);
    return ofNumbers((value) => value > limit, `has to be more than ${limit}`);
  },
  exclusiveMaximum(given) {
    const limit = readNumber(given);
    return ofNumbers((value) => value < limit, `has to be less than ${limit}`);
  },
  multipleOf(given) {
    const unit = readNumber(given);
    if (!(unit > 0)) throw new SchemaFault(given.pointer, 'has to be more than 0');
    return ofNumbers((value) => isMultiple(value, unit), `has to be a multiple of ${unit}`);
  },
};

function ofNumbers(fits: (value: number) => boolean, message: string): Checker {
  return (value, path, check) => typeof value !== 'number' || fits(value) || check.fail(path, message);
}

/** Also of units with a fraction, which binary numbers only come near: 19.99 is a multiple of 0.01. */
function isMultiple(value: number, unit: number): boolean {
  if (value % unit === 0) return true;
  if (Number.isInteger(value) && Number.isInteger(unit)) return false;
  const times = value / unit;
  const off = Math.abs(times - Math.round(times));
  return Number.isFinite(times) && off <= Math.abs(times) * Number.EPSILON * 2;
}
