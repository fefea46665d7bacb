import { z } from 'zod';

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };
const text = /^(?:\d{1,9}(?:s|m|h|d|w))+$/;
const longestSeconds = 366 * 86_400;

/** Time that really passes, as somebody writes it: seconds, or a text such as "90m" or "1h30m". At most 366 days. */
export const duration = z
  .union([
    z.number().min(0).max(longestSeconds),
    z
      .string()
      .regex(text, 'must be seconds, or a duration such as "90m" or "1h30m"')
      .refine((value) => (readDuration(value) ?? 0) <= longestSeconds * 1_000, 'must be at most 366 days'),
  ])
  .describe('Seconds, or a duration such as "90m" or "1h30m"; a day is 24 hours');

/** Milliseconds of a {@link duration}; undefined for anything else. */
export function readDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value * 1_000 : undefined;
  if (typeof value !== 'string' || !text.test(value)) return undefined;
  const parts = [...value.matchAll(/(\d+)([a-z])/g)];
  return parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (unitSeconds[unit ?? ''] ?? 0) * 1_000,
    0,
  );
}
