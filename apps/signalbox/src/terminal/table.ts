import { cleanLine } from './clean-text.ts';
import { cutToWidth, displayWidth, padToWidth } from './display-width.ts';

/** One column of a table. */
export interface Column<Item> {
  readonly title: string;
  readonly of: (item: Item) => string | number | undefined;
  readonly align?: 'left' | 'right';
  /** Set for a column that is never cut, such as a name. */
  readonly isWhole?: boolean;
  /** Sets the padded cell off, e.g. with colour. */
  readonly paint?: (cell: string, item: Item) => string;
}

const gap = '  ';
const minWidth = 8;

/** Lays items out in aligned columns; with a `maxWidth`, the widest columns that may are cut until a line fits. */
export function layoutTable<Item>(
  columns: readonly Column<Item>[],
  items: readonly Item[],
  maxWidth?: number,
): string {
  const cells = items.map((item) => columns.map((column) => cleanLine(String(column.of(item) ?? ''))));
  const widths = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...cells.map((row) => displayWidth(row[index] ?? ''))),
  );
  if (maxWidth !== undefined) shrink(columns, widths, maxWidth);
  const titles = line(columns, widths, (column) => column.title);
  const rows = items.map((item, row) => line(columns, widths, (_, index) => cells[row]?.[index] ?? '', item));
  return `${[titles, ...rows].join('\n')}\n`;
}

function line<Item>(
  columns: readonly Column<Item>[],
  widths: readonly number[],
  textOf: (column: Column<Item>, index: number) => string,
  item?: Item,
): string {
  const texts = columns.map((column, index) => {
    const width = widths[index] ?? 0;
    const cell = padToWidth(
      cutToWidth(textOf(column, index), width),
      width,
      column.align === 'right' ? 'left' : 'right',
    );
    return item !== undefined && column.paint ? column.paint(cell, item) : cell;
  });
  return texts.join(gap).trimEnd();
}

function shrink<Item>(columns: readonly Column<Item>[], widths: number[], maxWidth: number): void {
  const total = (): number =>
    widths.reduce((sum, width) => sum + width, 0) + gap.length * (widths.length - 1);
  while (total() > maxWidth) {
    const widest = widths
      .map((width, index) => ({ width, index }))
      .filter(({ width, index }) => columns[index]?.isWhole !== true && width > minWidth)
      .toSorted((a, b) => b.width - a.width)[0];
    if (!widest) return;
    widths[widest.index] = widest.width - 1;
  }
}
