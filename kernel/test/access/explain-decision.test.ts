import { decisionExplainer, type WhyQuestion } from '@signalbox/policy';
import type { Principal } from '@signalbox/sdk';
import { expectRejection } from '@signalbox/sdk/expect-code';
import { startTestHub } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { policyKeeper } from '../support/policies.ts';
import { makeProbe, text, toolWith } from '../support/probe.ts';

const ada: Principal = { kind: 'user', id: 'ada', org: 'local', level: 'trusted', roles: ['member'] };

async function start() {
  const probe = makeProbe();
  const policies = policyKeeper();
  const hub = await startTestHub({
    extensions: [probe.extension, policies.extension],
    settings: { limits: { callBurst: 3, callsPerSecond: 0.001 } },
  });
  policies.lay({ effect: 'allow' }, { effect: 'deny', what: { targets: ['pay'] } });
  probe.open('bank', [toolWith('pay', {}), toolWith('look', {})], () => text('paid'));
  const through = { interface: { name: 'http', level: 'trusted' } } as const;
  const explainer = hub.hub.services.get(decisionExplainer);
  return {
    call: (target: string) => hub.call('tool', target, {}, { principal: ada, ...through }),
    why: (target: string, more: Partial<WhyQuestion> = {}) =>
      explainer.explain({
        who: ada,
        kind: 'tool',
        view: 'all',
        target,
        args: {},
        tellsHidden: false,
        ...through,
        ...more,
      }),
    [Symbol.asyncDispose]: hub.stop,
  };
}

test('why answers what is hidden as a call answers it, and what is not there', async () => {
  await using made = await start();
  const called = await expectRejection('not_found', made.call('bank__pay'));
  const hidden = await expectRejection('not_found', made.why('bank__pay'));
  const absent = await expectRejection('not_found', made.why('bank__payx'));
  expect(hidden.message).toBe(called.message);
  expect(absent.message).toBe(called.message.replace('bank__pay', 'bank__payx'));
});

test('guessing what is there by asking why is counted like guessing by calls', async () => {
  await using made = await start();
  for (const target of ['bank__pay', 'bank__a', 'bank__b'])
    await expectRejection('not_found', made.why(target));
  await expectRejection('rate_limited', made.why('bank__pay'));
  await expectRejection('rate_limited', made.why('bank__c'));
  expect(await made.why('bank__look')).toMatchObject({ originalName: 'look' });
});

test('who administers is told of hidden targets', async () => {
  await using made = await start();
  expect(await made.why('bank__pay', { tellsHidden: true })).toMatchObject({
    originalName: 'pay',
    decision: { effect: 'deny', isHidden: true },
  });
});
