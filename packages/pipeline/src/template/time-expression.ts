import { refuseExpression } from '../jmespath/expression-error.ts';
import { maxLength } from '../jmespath/limits.ts';

/** Elapsed time (s m h), or steps of a calendar (d w mo y). */
export type TimeUnit = 's' | 'm' | 'h' | 'd' | 'w' | 'mo' | 'y';

/** A time as somebody writes it: `now+1d.date@Europe/Chisinau`. */
export interface TimeExpression {
  readonly base: 'now' | 'scheduled_at';
  /** What is added, in this order; negative for what is taken away. */
  readonly shifts: readonly { readonly amount: number; readonly unit: TimeUnit }[];
  readonly part: 'iso' | 'date' | 'time' | 'unix';
  /** The zone it names; absent for that of the task. */
  readonly zone?: string;
}

const begin = /[ \t\r\n]*(now|scheduled_at)(?![A-Za-z0-9_])/y;
const shift = /[ \t\r\n]*([+-])[ \t\r\n]*([0-9]{1,7})(mo|[smhdwy])(?![A-Za-z0-9_])/y;
const ending =
  /[ \t\r\n]*(?:\.[ \t\r\n]*(date|time|unix|iso)(?![A-Za-z0-9_]))?[ \t\r\n]*(?:@[ \t\r\n]*([A-Za-z0-9_+/-]{1,64}))?[ \t\r\n]*/y;

/**
 * Reads `now ( (+|-) digits unit )* [ .date | .time | .unix | .iso ] [ @ zone ]`; undefined for a text that begins with another word.
 * Throws `invalid_params` when it begins like a time and is none.
 */
export function parseTimeExpression(text: string): TimeExpression | undefined {
  const first = match(begin, text, 0);
  const base = first?.[1];
  if (!first || (base !== 'now' && base !== 'scheduled_at')) return undefined;
  if (text.length > maxLength) {
    refuseExpression('limit', maxLength + 1, `it is longer than ${maxLength} characters`);
  }
  let at = first[0].length;
  const shifts: { amount: number; unit: TimeUnit }[] = [];
  for (let found = match(shift, text, at); found; found = match(shift, text, at)) {
    at += found[0].length;
    shifts.push({ amount: Number(`${found[1]}${found[2]}`), unit: toUnit(found[3]) });
  }
  const last = match(ending, text, at);
  at += last?.[0].length ?? 0;
  if (at < text.length) {
    refuseExpression(
      'syntax',
      at + 1,
      `after ${base} come steps such as +1d or -30m (s m h d w mo y), then .date, .time, .unix or .iso, then @ and a zone`,
    );
  }
  const zone = last?.[2];
  return { base, shifts, part: toPart(last?.[1]), ...(zone === undefined ? {} : { zone }) };
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function toUnit(text: string | undefined): TimeUnit {
  const units: readonly TimeUnit[] = ['s', 'm', 'h', 'd', 'w', 'mo', 'y'];
  return units.find((unit) => unit === text) ?? 's';
}

function toPart(text: string | undefined): TimeExpression['part'] {
  return text === 'date' || text === 'time' || text === 'unix' ? text : 'iso';
}
