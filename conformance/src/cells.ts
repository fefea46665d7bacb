import type { Release } from './run-suite.ts';

/** One run of the suite: a client of one era, through the hub, at an upstream of one era. */
export interface Cell {
  readonly name: string;
  readonly upstream: 'modern' | 'legacy';
  readonly release: Release;
  readonly words: readonly string[];
  /** Which frozen list says what is scored; the names themselves where there is none. */
  readonly scored: { readonly revision: string } | { readonly prefix: string } | 'all';
}

/** Every cell, in the order of the report. */
export const cells: readonly Cell[] = [
  {
    name: 'modern→modern',
    upstream: 'modern',
    release: 'conformance-next',
    words: ['--requirements', '2026-07-28'],
    scored: { revision: '2026-07-28' },
  },
  {
    name: 'legacy→legacy',
    upstream: 'legacy',
    release: 'conformance-next',
    words: ['--requirements', '2025-11-25'],
    scored: { revision: '2025-11-25' },
  },
  {
    name: 'modern→legacy',
    upstream: 'legacy',
    release: 'conformance-next',
    words: ['--requirements', '2026-07-28'],
    scored: { revision: '2026-07-28' },
  },
  {
    name: 'legacy→modern',
    upstream: 'modern',
    release: 'conformance-next',
    words: ['--requirements', '2025-11-25'],
    scored: { revision: '2025-11-25' },
  },
  {
    name: '0.1.16 legacy→legacy',
    upstream: 'legacy',
    release: 'conformance-0-1',
    words: ['--suite', 'all'],
    scored: 'all',
  },
  {
    name: 'tasks',
    upstream: 'modern',
    release: 'conformance-next',
    words: ['--requirements', '2026-07-28'],
    scored: { prefix: 'tasks-' },
  },
];
