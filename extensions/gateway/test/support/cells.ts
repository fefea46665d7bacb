import type { JsonObject } from '@signalbox/sdk';
import { type HttpFixture, startHttpFixture, stdioFixture } from './fixture.ts';

/** Every combination of era and transport a well-behaved upstream may have. */
export const cells: readonly Cell[] = [
  { era: 'legacy', transport: 'stdio' },
  { era: 'modern', transport: 'stdio' },
  { era: 'legacy', transport: 'http' },
  { era: 'modern', transport: 'http' },
  { era: 'legacy', transport: 'websocket' },
  { era: 'modern', transport: 'websocket' },
  { era: 'legacy', transport: 'sse' },
];

/** One combination. */
export interface Cell {
  readonly era: 'legacy' | 'modern';
  readonly transport: 'stdio' | 'http' | 'websocket' | 'sse';
}

/** An upstream of one cell: its definition, and the program behind it where the test runs it itself. */
export interface CellUpstream {
  readonly definition: JsonObject;
  readonly fixture: HttpFixture | undefined;
}

/** Makes an upstream of a cell. */
export async function makeCell({ era, transport }: Cell, rest: JsonObject = {}): Promise<CellUpstream> {
  if (transport === 'stdio')
    return { definition: stdioFixture('stdio.mjs', [era], rest), fixture: undefined };
  const fixture = await startHttpFixture(`${transport}.mjs`, [era]);
  const url = transport === 'websocket' ? fixture.url.replace('http:', 'ws:') : fixture.url;
  return { definition: { url, ...rest }, fixture };
}
