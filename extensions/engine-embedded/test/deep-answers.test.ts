import type { JsonValue } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { type EngineHub, type Handle, startEngineHub } from './support/engine-hub.ts';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const parsed = (text: string): JsonValue => JSON.parse(text) as JsonValue;

/** A hub whose tool `answer` answers so. */
const hubWith = (answer: Handle): Promise<EngineHub> =>
  startEngineHub({ tools: { answer, read_echo: (args) => ({ ...args }) } });

const steps = [
  { id: 'a', uses: 'answer' },
  { id: 'b', uses: 'read_echo', with: { given: '${steps.a}' } },
];

test.each([1_001, 20_000, 200_000])(
  'a text of JSON that is nested %i deep stays a text, and the hub goes on',
  async (depth) => {
    await using hub = await hubWith(() => nested(depth));
    const ended = await hub.ended(await hub.order(steps));
    expect(ended, JSON.stringify(ended.error)).toMatchObject({ status: 'succeeded' });
    expect(hub.called).toEqual([
      { tool: 'answer', args: {} },
      { tool: 'read_echo', args: { given: nested(depth) } },
    ]);
  },
);

test('a text of JSON is read as such up to a thousand deep', async () => {
  await using hub = await hubWith(() => nested(1_000));
  const ended = await hub.ended(await hub.order(steps.slice(0, 1)));
  expect(ended).toMatchObject({ status: 'succeeded' });
  expect(JSON.stringify(ended.output)).toBe(nested(1_000));
});

test.each([
  ['structured content', { content: [], structuredContent: { deep: parsed(nested(1_000)) } }],
  ['content of a kind nobody knows', { content: [{ type: 'odd', deep: parsed(nested(1_001)) }] }],
])('%s that is nested deeper than a thousand fails its step, which has called', async (_what, answer) => {
  await using hub = await startEngineHub({ tools: { answer: () => answer, undo: () => 1, book: () => 2 } });
  const run = await hub.order([
    { id: 'book', uses: 'book', compensate: { uses: 'undo' } },
    { id: 'a', uses: 'answer' },
  ]);
  expect(await hub.ended(run)).toMatchObject({
    status: 'failed',
    error: { kind: 'tool_error', message: 'what the tool gave is nested more than 1000 deep', step: 'a' },
  });
  expect(hub.called.map(({ tool }) => tool)).toEqual(['book', 'answer', 'undo']);
});
