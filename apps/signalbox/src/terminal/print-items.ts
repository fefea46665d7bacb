import { cleanText } from './clean-text.ts';
import type { Output } from './output.ts';
import { type Column, layoutTable } from './table.ts';

/** The forms a result is printed in. */
export const formats = ['table', 'json', 'jsonl', 'id'] as const;

/** A form a result is printed in. */
export type Format = (typeof formats)[number];

/** How a list looks in each form. */
export interface ListLook<Item> {
  readonly columns: readonly Column<Item>[];
  readonly idOf: (item: Item) => string;
  /** Said on standard error instead of an empty table. */
  readonly empty: string;
}

/** Prints a list in the wanted form. */
export function printItems<Item>(
  output: Output,
  format: Format,
  items: readonly Item[],
  look: ListLook<Item>,
): void {
  switch (format) {
    case 'json':
      return output.result(`${JSON.stringify(items, null, 2)}\n`);
    case 'jsonl':
      return output.result(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    case 'id':
      return output.result(items.map((item) => `${cleanText(look.idOf(item))}\n`).join(''));
    case 'table':
      if (items.length === 0) return output.note(`${look.empty}\n`);
      return output.result(layoutTable(look.columns, items, output.columns));
  }
}

/** How one thing looks in each form. */
export interface ItemLook<Item> {
  /** Label and value; a line without a value is left out. */
  readonly lines: (item: Item) => readonly (readonly [string, string | number | undefined])[];
  readonly idOf: (item: Item) => string;
}

/** Prints one thing in the wanted form. */
export function printItem<Item>(output: Output, format: Format, item: Item, look: ItemLook<Item>): void {
  switch (format) {
    case 'json':
      return output.result(`${JSON.stringify(item, null, 2)}\n`);
    case 'jsonl':
      return output.result(`${JSON.stringify(item)}\n`);
    case 'id':
      return output.result(`${cleanText(look.idOf(item))}\n`);
    case 'table':
      return output.result(factLines(look.lines(item)));
  }
}

function factLines(lines: readonly (readonly [string, string | number | undefined])[]): string {
  const shown = lines.filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(...shown.map(([label]) => label.length)) + 2;
  return shown
    .map(([label, value]) => {
      const text = cleanText(String(value)).replaceAll('\n', `\n${' '.repeat(width)}`);
      return `${label.padEnd(width)}${text}\n`;
    })
    .join('');
}
