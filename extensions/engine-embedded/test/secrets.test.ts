import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineExtension, type Invoke, type JsonObject } from '@signalbox/sdk';
import vault from '@signalbox/vault';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { type EngineHub, startEngineHub } from './support/engine-hub.ts';

const value = 'canary-0123456789';
const settings = { engine: { graceMs: 0, pollMs: 50 } };
const result = (structuredContent: JsonObject) => ({
  kind: 'data' as const,
  value: { content: [], structuredContent },
});

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-engine-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** A hub with an upstream "crm" whose one tool does this, and what the tool was given. */
async function startHub(invoke: Invoke) {
  const given: JsonObject[] = [];
  const crm = defineExtension({
    name: 'crm-beside',
    config: z.strictObject({}),
    setup: ({ sources }) => {
      const source = sources.open({
        id: 'crm',
        kind: 'upstream',
        minLevel: 'trusted',
        invoke: (invocation) => {
          given.push(invocation.request.params['arguments'] as JsonObject);
          return invoke(invocation);
        },
      });
      const definition = { name: 'find', inputSchema: { type: 'object' } };
      source.publish([{ kind: 'tool', name: 'find', definition }]);
      source.setState({ status: 'available' });
    },
  });
  const engine = await startEngineHub({ dataDir, settings, extensions: [vault, crm] });
  return { engine, given };
}

async function setSecret({ hub }: EngineHub, secret = value): Promise<void> {
  const answer = await fetch(`${hub.url}/api/v1/secrets/crm`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${hub.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ value: secret, tools: ['crm.*'] }),
  });
  expect(answer.status).toBe(200);
}

/** Files of the store in which a text stands. */
const filesWith = (text: string): readonly string[] =>
  readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile() && readFileSync(join(each.parentPath, each.name)).includes(text))
    .map(({ name }) => name);

const step = { id: 'a', uses: 'crm.find', with: { key: 'k ${secrets.crm}', text: '${params.text}' } };
const params = { text: '${secrets.crm}' };

test('a call that is made again after a crash has the secret as it is then', async () => {
  const calling = Promise.withResolvers<void>();
  const first = await startHub(() => {
    calling.resolve();
    return new Promise(() => undefined);
  });
  await setSecret(first.engine);
  const run = await first.engine.order([{ ...step, on_unknown: 'retry' }], { params });
  await calling.promise;
  await first.engine.hub.stop();
  expect(first.given).toEqual([{ key: `k ${value}`, text: '${secrets.crm}' }]);

  const second = await startHub((invocation) =>
    result({ said: invocation.request.params['arguments'] ?? null }),
  );
  await using engine = second.engine;
  await setSecret(engine, `${value}-newer`);
  const ended = await engine.ended(run);
  expect(ended).toMatchObject({
    status: 'succeeded',
    output: { said: { key: 'k [redacted]', text: '${secrets.crm}' } },
  });
  expect(second.given.at(-1)).toMatchObject({ key: expect.stringMatching(`^k ${value}(?:-newer)?$`) });
  expect(filesWith(value)).toEqual([]);
  expect(engine.hub.logged()).not.toContain(value);
});

test('a call that is tried again, what is kept of its result, and what undoes it give nothing away', async () => {
  let calls = 0;
  const { engine, given } = await startHub((invocation) => {
    calls++;
    const { params: sent } = invocation.request;
    if (calls === 1) throw new Error(`no connection for ${JSON.stringify(sent)}`);
    return result({ said: sent['arguments'] ?? null });
  });
  await using hub = engine;
  await setSecret(hub);
  const steps = [
    {
      ...step,
      cache: { key: 'same', ttl: '1h' },
      retry: { max: 1, base_s: 0.01, on: ['tool_error', 'connection'] },
      compensate: { uses: 'crm.find', with: { undo: '${secrets.crm}', of: '${steps.a.said.key}' } },
    },
    { id: 'b', uses: 'not.there' },
  ];
  const ended = await hub.ended(await hub.order(steps, { params }));
  expect(ended).toMatchObject({ status: 'failed', error: { step: 'b' } });
  const call = { key: `k ${value}`, text: '${secrets.crm}' };
  expect(given).toEqual([call, call, { undo: value, of: 'k [redacted]' }]);
  expect(JSON.stringify(ended)).not.toContain(value);
  expect(filesWith(value)).toEqual([]);
  expect(hub.hub.logged()).not.toContain(value);
});

test('a handle of a task that holds the secret is not written down', async () => {
  const { engine } = await startHub((invocation) => {
    const identity = { source: 'crm', originalName: 'find' };
    invocation.request.channels?.task?.({ identity, handle: { taskId: `of ${value}` } });
    return result({ done: true });
  });
  await using hub = engine;
  await setSecret(hub);
  expect(await hub.ended(await hub.order([step], { params }))).toMatchObject({ status: 'succeeded' });
  expect(filesWith(value)).toEqual([]);
});
