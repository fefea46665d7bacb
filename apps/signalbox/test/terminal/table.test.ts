import { expect, test } from 'vitest';
import { type Column, layoutTable } from '../../src/terminal/table.ts';

interface Row {
  readonly name: string;
  readonly count: number;
  readonly about: string;
}

const columns: readonly Column<Row>[] = [
  { title: 'NAME', of: ({ name }) => name, isWhole: true },
  { title: 'N', of: ({ count }) => count, align: 'right' },
  { title: 'ABOUT', of: ({ about }) => about },
];

test('columns line up by display width, wide characters counted twice', () => {
  const rows = [
    { name: '天気', count: 5, about: 'wide' },
    { name: 'ok', count: 123, about: '🚀 launch' },
    { name: 'é', count: 1, about: '' },
  ];
  expect(`\n${layoutTable(columns, rows)}`).toMatchInlineSnapshot(`
    "
    NAME    N  ABOUT
    天気    5  wide
    ok    123  🚀 launch
    é       1
    "
  `);
});

test('only columns that may are cut, and never through a wide character', () => {
  const rows = [{ name: 'a-long-name-that-stays', count: 1, about: '日本語の長い説明がここにあります' }];
  const lines = layoutTable(columns, rows, 44).trimEnd().split('\n');
  expect(lines[1]).toBe('a-long-name-that-stays  1  日本語の長い説明…');
});

test('without a terminal nothing is cut', () => {
  const about = 'x'.repeat(500);
  expect(layoutTable(columns, [{ name: 'a', count: 1, about }])).toContain(about);
});

test('text of a stranger cannot drive the terminal or break the line', () => {
  const about = 'red \u001b[31mtext\u001b[0m\u0007 and\r\n\tnext \u202e line \u001b]0;title\u0007';
  expect(layoutTable(columns, [{ name: 'a', count: 1, about }]).split('\n')[1]).toBe(
    'a     1  red text and next line',
  );
});
