import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const source = new URL('../src/', import.meta.url);
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);

/** What would make an answer depend on more than the question. */
const impure = [
  /\bDate\.now\b/,
  /\bnew Date\(\)/,
  /\bMath\.random\b/,
  /\bset(?:Timeout|Interval|Immediate)\b/,
  /\bprocess\./,
  /\bperformance\b/,
  /\bcrypto\b/,
  /\bfetch\(/,
];

test('nothing here looks at a clock, throws dice or reaches outside', () => {
  expect(files.length).toBeGreaterThan(25);
  for (const file of files) {
    const text = readFileSync(new URL(file, source), 'utf8');
    for (const pattern of impure) expect(pattern.test(text), `${String(pattern)} in ${file}`).toBe(false);
  }
});
