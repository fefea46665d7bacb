import { explainDecision } from '@signalbox/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AppHub, startAppHub } from '../support/start-app-hub.ts';

let hub: AppHub;
beforeAll(async () => {
  hub = await startAppHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

test('a decision is explained step by step', async () => {
  const answer = await hub.client.request(explainDecision, { body: { target: 'add' } });
  expect(answer).toEqual({
    effect: 'allow',
    reason: 'allowed',
    level: 'trusted',
    policyVersion: expect.any(String) as unknown,
    rules: ['what-roles-permit'],
    isListed: true,
    source: 'probe',
    originalName: 'add',
    chain: [{ as: 'user owner', org: 'local', steps: expect.any(Array) as unknown }],
  });
  expect(answer.chain[0]?.steps.map(({ step, isPassed }) => `${step} ${isPassed}`)).toEqual([
    'expiry true',
    'organization true',
    'level true',
    'scopes true',
    'roles true',
    'rules true',
    'review true',
  ]);
});

test('the way in counts', async () => {
  const ask = (way: 'http' | 'stdio' | 'api') =>
    hub.client.request(explainDecision, { body: { target: 'secret_add', interface: way } });
  expect(await ask('http')).toMatchObject({ effect: 'deny', reason: 'level', isListed: false });
  expect(await ask('stdio')).toMatchObject({ effect: 'allow', level: 'anchor' });
  expect(await ask('api')).toMatchObject({ effect: 'allow', level: 'anchor' });
});

test.each([
  [
    'a target that is not there',
    { target: 'absent' },
    'there is no tool "absent" here; list them to see what there is',
  ],
  [
    'somebody who is not there',
    { target: 'add', as: { kind: 'user' as const, id: 'ada' } },
    'there is no active user "ada" in "local"; "signalbox user ls" shows who there is',
  ],
])('%s is not found', async (_what, body, message) => {
  await expect(hub.client.request(explainDecision, { body })).rejects.toMatchObject({
    code: 'not_found',
    message,
  });
});
