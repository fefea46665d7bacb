import { expect, test } from 'vitest';
import { splitStatements } from '../src/index.ts';

test.for([
  { text: 'select 1', parts: ['select 1'] },
  { text: 'select 1;\nselect 2;', parts: ['select 1;\nselect 2;'] },
  { text: 'a\n;;\nb\n;;\n', parts: ['a', 'b'] },
  { text: 'a\r\n  ;; \r\nb', parts: ['a', 'b'] },
  { text: "insert into t values ('\n;; not a cut\n')", parts: ["insert into t values ('\n;; not a cut\n')"] },
  { text: '\n;;\n\n', parts: [] },
])('$text is cut into $parts', ({ text, parts }) => {
  expect(splitStatements(text)).toEqual(parts);
});
