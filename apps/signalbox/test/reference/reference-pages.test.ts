import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { referencePages } from '../../src/reference/reference-pages.ts';

const pages = await referencePages();

test.each(Object.keys(pages))(
  'docs/reference/%s is what the code says; "npm run docs" writes it anew',
  (name) => {
    const kept = readFileSync(new URL(`../../../../docs/reference/${name}`, import.meta.url), 'utf8');
    expect(kept).toBe(pages[name]);
  },
);

test('every setting has a description', () => {
  const bare = (pages['settings.md'] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `') && /\|\s*\|$/.test(line));
  expect(bare).toEqual([]);
});
