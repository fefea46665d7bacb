import { type CallRequest, type CallResult, isSignalboxError, type Principal } from '@signalbox/sdk';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeProbe, text, toolWith } from '../support/probe.ts';

const probe = makeProbe();
const invoked: string[] = [];
let hub: TestHub;

const input = { type: 'object', required: ['a'] };
const output = { type: 'object', required: ['b'] };
const user = (id: string, level: Principal['level'] = 'public'): Principal => ({
  kind: 'user',
  id,
  org: 'local',
  level,
  roles: ['member'],
});

beforeAll(async () => {
  hub = await startTestHub({
    extensions: [probe.extension],
    settings: { limits: { callBurst: 1, callsPerSecond: 0.001, outputSchemas: 'enforce' } },
  });
  const answer = (id: string): CallResult => {
    invoked.push(id);
    return { kind: 'data', value: { content: [], structuredContent: {} } };
  };
  probe.open('low', [toolWith('t', input, output)], ({ request }) => answer(request.principal.id));
  probe.open('high', [toolWith('t', input, output)], () => answer('high'), { minLevel: 'anchor' });
});

afterAll(() => hub.stop());

async function codeOf(outcome: Promise<unknown>): Promise<string> {
  try {
    await outcome;
    return 'ok';
  } catch (error) {
    return isSignalboxError(error) ? error.code : 'bug';
  }
}

describe('a call that would fail at several stages', () => {
  const spend = (principal: Principal) =>
    codeOf(hub.call('tool', 'low__t', { arguments: {} }, { principal }));

  test.each([
    { stage: 'resolve', target: 'absent__t', given: {}, isSpent: false, code: 'not_found' },
    { stage: 'authorize', target: 'high__t', given: {}, isSpent: false, code: 'not_found' },
    { stage: 'limit', target: 'low__t', given: {}, isSpent: true, code: 'rate_limited' },
    { stage: 'validate input', target: 'low__t', given: {}, isSpent: false, code: 'invalid_params' },
    {
      stage: 'check output',
      target: 'low__t',
      given: { a: 1 },
      isSpent: false,
      code: 'upstream_invalid_answer',
    },
  ])('fails at $stage', async ({ stage, target, given, isSpent, code }) => {
    const principal = user(`of ${stage}`);
    if (isSpent) await spend(principal);
    invoked.length = 0;
    expect(await codeOf(hub.call('tool', target, { arguments: given }, { principal }))).toBe(code);
    expect(invoked).toEqual(stage === 'check output' ? [principal.id] : []);
  });
});

describe('a target', () => {
  test('is told its own name, the request, a signal, and whether the gate has to read the answer', async () => {
    const told: unknown[] = [];
    const source = probe.open('told', [toolWith('x.y', input), toolWith('out', {}, output)], (invocation) => {
      const { request, signal, standAside, ...rest } = invocation;
      told.push({
        ...rest,
        canStandAside: standAside !== undefined,
        signal: signal.aborted,
        target: request.target,
        args: request.params['arguments'],
      });
      return text('ok');
    });
    const names = probe.context().calls.list({
      kind: 'tool',
      view: 'upstream:told',
      principal: user('lister'),
      interface: { name: 'stdio', level: 'anchor' },
    });
    expect(names.items.map((item) => item['name'])).toEqual(['out', 'x.y']);
    const view: Partial<CallRequest> = { view: 'upstream:told' };
    await hub.call('tool', 'x.y', { arguments: { a: 1 } }, { ...view, principal: user('one') });
    await hub.call('tool', 'out', {}, { ...view, principal: user('two') });
    const callId = expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown;
    expect(told).toEqual([
      {
        callId,
        originalName: 'x.y',
        definition: { name: 'x.y', inputSchema: input },
        mustParse: false,
        needsOwnAccount: false,
        canStandAside: true,
        signal: false,
        target: 'x.y',
        args: { a: 1 },
      },
      {
        callId,
        originalName: 'out',
        definition: { name: 'out', inputSchema: {}, outputSchema: output },
        mustParse: true,
        needsOwnAccount: false,
        canStandAside: true,
        signal: false,
        target: 'out',
        args: undefined,
      },
    ]);
    source.withdraw();
  });
});
