import type { JsonObject } from '@signalbox/sdk';
import { type HttpFixture, startHttpFixture, stdioFixture } from './fixture.ts';

/** Every combination of era and transport a well-behaved upstream may have. */
export const cells = [
  { era: 'legacy', transport: 'stdio' },
  { era: 'modern', transport: 'stdio' },
  { era: 'legacy', transport: 'http' },
  { era: 'modern', transport: 'http' },
  { era: 'legacy', transport: 'websocket' },
  { era: 'modern', transport: 'websocket' },
  { era: 'legacy', transport: 'sse' },
] as const;

/** One combination. */
export type Cell = (typeof cells)[number];

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
