import type { ViewName } from '@signalbox/sdk';
import { InvalidArgumentError } from 'commander';

/** Reads a duration such as `500ms`, `10s` or `2m` as milliseconds. */
export function readDuration(text: string): number {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  const factor = { ms: 1, s: 1_000, m: 60_000 }[found?.[2] ?? ''];
  const durationMs = Math.round(Number(found?.[1]) * (factor ?? Number.NaN));
  if (durationMs >= 1 && durationMs <= 600_000) return durationMs;
  throw new InvalidArgumentError('Write a duration such as 500ms, 10s or 2m, at most 10m.');
}

const ages = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Reads a time, as ISO 8601 says it or as an age such as `24h`, as UTC milliseconds. */
export function readInstant(text: string): number {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return Math.max(0, Date.now() - Number(count) * ages[unit as keyof typeof ages]);
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (at >= 0) return at;
  throw new InvalidArgumentError(
    'Write a time such as 2026-01-31, 2026-01-31T10:00Z, or an age such as 24h.',
  );
}

/** Reads a whole number of at least 1. */
export function readCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError('Write a whole number of at least 1.');
}

/** Reads a whole number of at least 0. */
export function readWhole(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
  throw new InvalidArgumentError('Write a whole number of at least 0.');
}

/** Reads a number of at least 0, such as 2.50. */
export function readAmount(text: string): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write a number of at least 0, such as 2.50.');
}

/** Reads a port; 0 takes a free one. */
export function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Write a port from 0 to 65535; 0 takes a free one.');
}

/** Collects an option that may be given several times. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** Reads the name of a view. */
export function readView(text: string): ViewName {
  if (isViewName(text)) return text;
  throw new InvalidArgumentError('Write all, endpoint:NAME or upstream:NAME.');
}

function isViewName(text: string): text is ViewName {
  return text === 'all' || /^(?:endpoint|upstream):[a-z0-9-]{1,64}$/.test(text);
}
