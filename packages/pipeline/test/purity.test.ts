import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const source = new URL('../src/', import.meta.url);
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);

/** What would make an answer depend on more than the question, or keep it from running in a sandbox. */
const impure = [
  /\bDate\.now\b/,
  /\bnew Date\(\)/,
  /\bMath\.random\b/,
  /\bset(?:Timeout|Interval|Immediate)\b/,
  /\bprocess\./,
  /\bperformance\./,
  /\bcrypto\./,
  /\bfetch\(/,
  /\bIntl\b/,
  /\btoLocale/,
  /\blocaleCompare\b/,
  /\bnew Function\b|\beval\(/,
  /from 'node:/,
  /\basync\b/,
];

test('nothing here looks at a clock, throws dice, knows a language or reaches outside', () => {
  expect(files.length).toBeGreaterThan(30);
  for (const file of files) {
    const text = readFileSync(new URL(file, source), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
    for (const pattern of impure) expect(pattern.test(text), `${String(pattern)} in ${file}`).toBe(false);
  }
});
