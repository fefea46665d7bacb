import type { CallRequest } from '@signalbox/sdk';
import { startTestHub } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { entry } from '../support/make-catalog.ts';
import { policyKeeper } from '../support/policies.ts';
import { makeProbe } from '../support/probe.ts';

test('a watch that was allowed is ended although rules deny it by then, and nothing else is let through by that', async () => {
  const policies = policyKeeper();
  const probe = makeProbe();
  await using hub = await startTestHub({
    extensions: [policies.extension, probe.extension],
    settings: { limits: { callsPerSecond: 1, callBurst: 4 } },
  });
  const heard: unknown[] = [];
  probe.open('up', [entry('resource', 'x://1')], ({ request }) => {
    heard.push(request.params['subscribe']);
    return { kind: 'data', value: {} };
  });
  const watch = (isOn: boolean, more: Partial<CallRequest> = {}) =>
    hub.call('subscription', 'x://1', { uri: 'x://1', subscribe: isOn }, more).then(
      () => 'done',
      ({ code }: { code: string }) => code,
    );
  policies.lay({});
  expect(await watch(true)).toBe('done');
  policies.lay({}, { effect: 'deny', what: { targets: ['x://1'] } });
  expect(await watch(false)).not.toBe('done');
  expect(await watch(true, { endsWatch: true })).not.toBe('done');
  const readAnyway = await hub
    .call('resource', 'x://1', { uri: 'x://1', subscribe: false }, { endsWatch: true })
    .catch(({ code }: { code: string }) => code);
  expect(readAnyway).toMatch(/^(?:not_found|forbidden|rate_limited)$/);
  expect(heard).toEqual([true]);
  // Also when nothing more is let through at this rate.
  while ((await watch(true)) !== 'rate_limited');
  expect(await watch(false, { endsWatch: true })).toBe('done');
  expect(heard).toEqual([true, false]);
});
