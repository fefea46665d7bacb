import type { CatalogEntry } from '@signalbox/api';
import type { Output } from './terminal/output.ts';
import { paint, paintOfState } from './terminal/paint.ts';
import type { ListLook } from './terminal/print-items.ts';

/** How a list of catalog entries looks; `noun` is what they are called. */
export function catalogLook(output: Output, noun: string): ListLook<CatalogEntry> {
  return {
    columns: [
      { title: 'NAME', of: ({ name }) => name, isWhole: true },
      { title: 'SOURCE', of: ({ source }) => source, isWhole: true },
      {
        title: 'STATE',
        of: ({ state }) => state,
        isWhole: true,
        paint: (cell, { state }) => paint(output, paintOfState(state), cell),
      },
      { title: 'LEVEL', of: ({ minLevel }) => minLevel, isWhole: true },
      { title: 'DESCRIPTION', of: ({ reason, title, description }) => reason ?? description ?? title },
    ],
    idOf: ({ name }) => name,
    empty: `no ${noun}; add an upstream with "signalbox server add" or "signalbox server import"`,
  };
}
