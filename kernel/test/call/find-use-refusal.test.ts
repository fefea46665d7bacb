import type { CallInterface, CallUse, Principal } from '@signalbox/sdk';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { policyKeeper } from '../support/policies.ts';
import { makeProbe, text, toolWith } from '../support/probe.ts';

const probe = makeProbe();
const policies = policyKeeper();
const http: CallInterface = { name: 'http', level: 'trusted' };
const ada: Principal = { kind: 'user', id: 'ada', org: 'local', level: 'trusted', roles: ['member'] };
const allow = { effect: 'allow' };
const notThere = 'there is no tool "bank__pay" here; list them to see what there is';

let hub: TestHub;
let calls = 0;

beforeAll(async () => {
  hub = await startTestHub({
    extensions: [probe.extension, policies.extension],
    settings: { endpoints: { work: { disclosure: 'search' } } },
  });
  const schema = { type: 'object', properties: { amount: { type: 'number' } } };
  probe.open('bank', [toolWith('pay', schema)], () => {
    calls++;
    return text('paid');
  });
});

afterAll(() => hub.stop());

beforeEach(() => policies.lay(allow));

const use: CallUse = { kind: 'tool', view: 'all', target: 'bank__pay', principal: ada, interface: http };
const refusal = (more: Partial<CallUse> = {}) => hub.hub.calls.findRefusal({ ...use, ...more });

describe('going on with what another request began', () => {
  test('is refused as a call is: hidden, for lack of a scope, and by its arguments', () => {
    const params = { name: 'bank__pay', arguments: { amount: 101 } };
    expect(refusal({ params })).toBe(undefined);
    const scoped = { ...ada, scopes: ['tools:list'] };
    expect(refusal({ params, principal: scoped })).toMatchObject({
      code: 'insufficient_scope',
      details: { scopes: ['tools:call'] },
    });
    policies.lay(allow, { effect: 'deny', args: [{ at: '/amount', is: 'more', value: 100 }] });
    expect(refusal({ params })).toMatchObject({ code: 'forbidden' });
    expect(refusal({ params: { ...params, arguments: { amount: 1 } } })).toBe(undefined);
    policies.lay(allow, { effect: 'deny', what: { targets: ['pay'] } });
    expect(refusal({ params })).toMatchObject({ code: 'not_found', message: notThere });
    expect(calls).toBe(0);
  });

  test('without its arguments is refused only where none would do', () => {
    policies.lay({ ...allow, args: [{ at: '/amount', is: 'more', value: 100 }] });
    expect(refusal()).toBe(undefined);
    policies.lay(allow, { effect: 'deny', what: { targets: ['pay'] } });
    expect(refusal()).toMatchObject({ code: 'not_found', message: notThere });
  });

  test('without its arguments is refused for lack of the scope to call, though it may be listed', () => {
    expect(refusal({ principal: { ...ada, scopes: ['tools:list'] } })).toMatchObject({
      code: 'insufficient_scope',
      details: { scopes: ['tools:call'] },
    });
    expect(refusal({ principal: { ...ada, scopes: ['tools:call:bank'] } })).toBe(undefined);
  });

  test('is decided about the tool a "call_tool" names', () => {
    const params = { name: 'call_tool', arguments: { name: 'bank__pay', arguments: { amount: 1 } } };
    const wrapped = { view: 'endpoint:work', target: 'call_tool', params } as const;
    expect(refusal(wrapped)).toBe(undefined);
    policies.lay(allow, { effect: 'deny', what: { targets: ['pay'] } });
    expect(refusal(wrapped)).toMatchObject({ code: 'not_found', message: notThere });
  });

  test('is not decided about what is gone', () => {
    policies.lay({ effect: 'deny' });
    expect(refusal({ target: 'bank__old' })).toBe(undefined);
  });
});
