import { expect, test } from 'vitest';
import type { Output } from '../../src/terminal/output.ts';
import { ProgressLine, progressText } from '../../src/terminal/progress-line.ts';

test.each([
  [{ progress: 1, total: 3, message: 'reading' }, ' 33 %  reading'],
  [{ progress: 9, total: 3 }, '100 %'],
  [{ progress: 7 }, '7'],
  [{ progress: 1, total: 0, message: 'a\nb \u001b[31mc' }, '1  a b c'],
])('%j reads "%s"', (params, text) => {
  expect(progressText(params)).toBe(text);
});

test('the line is overwritten, taken away at the end, and not written where no terminal is', () => {
  let notes = '';
  const output: Output = {
    result: () => undefined,
    note: (text) => {
      notes += text;
    },
    isTerminal: true,
    isErrorTerminal: true,
    columns: 10,
    hasColor: false,
  };
  const line = new ProgressLine(output);
  line.show({ progress: 1, total: 2, message: 'a long message' });
  line.clear();
  line.clear();
  expect(notes).toBe('\r\u001b[2K 50 %  a…\r\u001b[2K');
  notes = '';
  new ProgressLine({ ...output, isErrorTerminal: false }).show({ progress: 1 });
  expect(notes).toBe('');
});
