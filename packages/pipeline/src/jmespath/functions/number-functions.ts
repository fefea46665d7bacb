import { toNumber } from '../json-type.ts';
import type { LanguageFunctions } from './language-function.ts';

const one = { least: 1, most: 1 };

/** What can be counted. */
export const numberFunctions: LanguageFunctions = {
  abs: { ...one, apply: (args) => Math.abs(args.number(0)) },
  ceil: { ...one, apply: (args) => Math.ceil(args.number(0)) },
  floor: { ...one, apply: (args) => Math.floor(args.number(0)) },
  sum: { ...one, apply: (args) => sum(args.numbers(0)) },
  avg: {
    ...one,
    apply: (args) => {
      const numbers = args.numbers(0);
      return numbers.length === 0 ? null : sum(numbers) / numbers.length;
    },
  },
  to_number: {
    ...one,
    apply: (args) => {
      const value = args.any(0);
      return typeof value === 'string' ? readNumber(value) : (toNumber(value) ?? null);
    },
  },
};

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function readNumber(text: string): number | null {
  const number = /^-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}
