import { FakeClock, fuzzRuns, fuzzSeed, Mutator } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { connectLines, type LineClient } from '../support/lines.ts';
import { enveloped } from '../support/modern.ts';
import { type McpHub, rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { allMessages, initializeMessage } from './messages.ts';
import { openSmallSource } from './small-source.ts';

const seed = fuzzSeed();
const groupSize = 50;

/** An answer, or the end of the connection; one of them must come. */
async function probe(client: LineClient, count: number): Promise<boolean> {
  // What came before may have no end: the first line feed ends it.
  client.sendRaw('\n');
  client.send(rpc(`legacy ${count}`, 'ping'));
  client.send(rpc(`modern ${count}`, 'server/discover', enveloped()));
  const answered = Promise.all([client.answer(`legacy ${count}`), client.answer(`modern ${count}`)]);
  return Promise.race([answered.then(() => true), client.done.then(() => false)]);
}

function open(hub: McpHub): LineClient {
  const client = connectLines(hub);
  client.sendRaw(`${initializeMessage}\n`);
  return client;
}

test(`a connection over lines takes anything and goes on (seed ${seed})`, async () => {
  const clock = new FakeClock();
  await using hub = await startMcpHub({ clock, settings: { mcp: { maxBodyBytes: 65_536 } } });
  openSmallSource(hub);
  clock.advance(50);
  const mutator = new Mutator(seed);
  let client = open(hub);
  let ended = 0;
  const groups = Math.ceil(fuzzRuns(30_000) / groupSize);
  for (let group = 0; group < groups; group++) {
    for (let count = 0; count < groupSize; count++) {
      for (const piece of mutator.split(mutator.message(allMessages))) client.sendRaw(Buffer.from(piece));
      if (mutator.below(20) > 0) client.sendRaw('\n');
    }
    const isOpen = await probe(client, group);
    clock.advance(1_000);
    // What came is looked through by each answer: a fresh connection keeps that short.
    if (isOpen && group % 5 !== 4) continue;
    if (!isOpen) ended++;
    client.end();
    clock.advance(5_000);
    client = open(hub);
  }
  // A line over the bound ends a connection; anything else must not.
  expect(ended).toBeLessThan(groups / 2);
  expect(await probe(client, groups)).toBe(true);
  expect(hub.hub.logged()).not.toContain('"level":"error"');
}, 300_000);
