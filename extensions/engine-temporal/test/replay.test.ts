import { readdirSync, readFileSync } from 'node:fs';
import { type Payload, type PayloadCodec } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';
import { scenes } from './replay/scenes.ts';
import { testBundle } from './support/temporal-hub.ts';

const folder = new URL('histories/', import.meta.url);
const histories = readdirSync(folder).filter((name) => name.endsWith('.json'));
/** Nothing in the histories is kept elsewhere. */
const plain: PayloadCodec = {
  encode: (payloads: Payload[]) => Promise.resolve(payloads),
  decode: (payloads: Payload[]) => Promise.resolve(payloads),
};
const read = (name: string): { readonly events?: object[] } =>
  JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const replay = async (history: object): Promise<void> =>
  Worker.runReplayHistory(
    { workflowBundle: await testBundle(), dataConverter: { payloadCodecs: [plain] } },
    history,
  );

beforeAll(async () => void (await testBundle()));

test('there is a history of every way a run may go', () => {
  expect(histories.sort()).toEqual(scenes.map(({ name }) => `${name}.json`).sort());
});

test.each(histories)('the workflow does today what it did in %s', async (name) => {
  await replay(read(name));
});

test('a history the workflow would not have is noticed', async () => {
  const text = readFileSync(new URL('sleep.json', folder), 'utf8');
  const other = JSON.parse(text.replaceAll('EVENT_TYPE_TIMER_STARTED', 'EVENT_TYPE_TIMER_CANCELED'));
  await expect(replay(other)).rejects.toThrow();
});
