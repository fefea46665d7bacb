import type { Check, Checker, Path } from './checker.ts';
import { formats } from './formats.ts';
import type { Keyword } from './keyword.ts';
import { readCount, readText } from './read-given.ts';

const longestOfFormat = 8_192;

/** JSON Schema Validation 2020-12, 6.3 and 7: what texts are asked. A format nobody knows here asks nothing. */
export const textKeywords: Readonly<Record<string, Keyword>> = {
  minLength(given) {
    const least = readCount(given);
    return ofTexts(
      (value) => value.length >= least && lengthOf(value) >= least,
      `has to have at least ${least} characters`,
    );
  },
  maxLength(given) {
    const most = readCount(given);
    return ofTexts(
      (value) => value.length <= most || lengthOf(value) <= most,
      `has to have at most ${most} characters`,
    );
  },
  format(given) {
    const name = readText(given);
    const fits = Object.hasOwn(formats, name) ? formats[name] : undefined;
    if (!fits) return undefined;
    return ofTexts(
      (value) => value.length <= longestOfFormat && fits(value),
      `has to have the format ${name}`,
    );
  },
};

function ofTexts(fits: (value: string) => boolean, message: string): Checker {
  return (value, path: Path | undefined, check: Check) => {
    if (typeof value !== 'string') return true;
    check.spend(value.length >> 3);
    return fits(value) || check.fail(path, message);
  };
}

/** Characters are code points (RFC 8259). */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}
