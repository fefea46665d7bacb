import type { Principal } from '@signalbox/sdk';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeProbe, text, toolWith } from '../support/probe.ts';

const probe = makeProbe();
const member = (org: string): { principal: Principal } => ({
  principal: { kind: 'user', id: `of ${org}`, org, level: 'trusted', roles: ['member'] },
});
let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub({ extensions: [probe.extension] });
  const kind = 'extension';
  const open = (id: string, tools: readonly string[], org?: string) =>
    probe.open(
      id,
      tools.map((name) => toolWith(name, { type: 'object' })),
      () => text(id),
      { kind, ...(org === undefined ? {} : { org }) },
    );
  // By the order of ids what belongs to the organization would come first.
  open('a-local', ['shared', 'own'], 'local');
  open('acme', ['own'], 'acme');
  open('z-hub', ['shared']);
});

afterAll(() => hub.stop());

describe('what belongs to an organization', () => {
  const listed = (org: string): unknown[] => {
    const interfaceOf = { name: 'http', level: 'trusted' } as const;
    const view = { kind: 'tool', view: 'all', interface: interfaceOf } as const;
    return hub.hub.calls.list({ ...view, ...member(org) }).items.map(({ name }) => name);
  };

  test('is listed for its people alone, and takes no name from what is everybody’s', () => {
    expect(listed('local')).toEqual(['a-local__shared', 'own', 'shared']);
    expect(listed('acme')).toEqual(['acme__own', 'shared']);
  });

  test('is not there for others who call it', async () => {
    const called = (name: string, org: string) => hub.call('tool', name, { arguments: {} }, member(org));
    expect(await called('own', 'local')).toMatchObject({ value: { content: [{ text: 'a-local' }] } });
    expect(await called('shared', 'local')).toMatchObject({ value: { content: [{ text: 'z-hub' }] } });
    await expect(called('acme__own', 'local')).rejects.toMatchObject({ code: 'not_found' });
    await expect(called('own', 'acme')).rejects.toMatchObject({ code: 'not_found' });
  });
});

test('a call that stands aside leaves its places to the calls it waits for', async () => {
  const own = makeProbe();
  await using small = await startTestHub({
    extensions: [own.extension],
    settings: { limits: { concurrentCalls: 1, queuedCalls: 0 } },
  });
  own.open('u', [toolWith('outer', {}), toolWith('inner', {})], async ({ originalName, standAside }) => {
    if (originalName === 'inner') return text('inner');
    await expect(small.call('tool', 'u__inner')).rejects.toMatchObject({ code: 'rate_limited' });
    const comeBack = standAside?.();
    const inner = await small.call('tool', 'u__inner');
    comeBack?.();
    await expect(small.call('tool', 'u__inner')).rejects.toMatchObject({ code: 'rate_limited' });
    return inner;
  });
  for (let each = 0; each < 2; each++)
    expect(await small.call('tool', 'u__outer')).toMatchObject({ value: { content: [{ text: 'inner' }] } });
});
