import {
  type ApprovalQuestion,
  type CallInterface,
  type CallRequest,
  type JsonObject,
  type Principal,
  SignalboxError,
} from '@signalbox/sdk';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { approvalKeeper, policyKeeper } from '../support/policies.ts';
import { makeProbe, text, toolWith } from '../support/probe.ts';

const probe = makeProbe();
const policies = policyKeeper();
const http: CallInterface = { name: 'http', level: 'trusted' };
const ada: Principal = { kind: 'user', id: 'ada', org: 'local', level: 'trusted', roles: ['member'] };
const allow = { effect: 'allow' };

let hub: TestHub;
let asked: ApprovalQuestion[];
let answerApproval: () => Promise<{ approvalId: string; approvedBy: string }>;
let seen: JsonObject[];
/** What the target asks instead of answering. */
let questions: { readonly requestState: string } | undefined;
let bank: ReturnType<typeof probe.open>;

beforeAll(async () => {
  const desk = approvalKeeper((question) => {
    asked.push(question);
    return answerApproval();
  });
  hub = await startTestHub({
    extensions: [probe.extension, policies.extension, desk],
    settings: { endpoints: { work: { disclosure: 'search' } } },
  });
  const schema = { type: 'object', properties: { amount: { type: 'number' } } };
  const entries = [toolWith('pay', schema), toolWith('look', schema)];
  bank = probe.open('bank', entries, ({ request }) => {
    seen.push(request.params);
    if (questions) return { kind: 'input', ...questions };
    const value = { owner: 'ada', account: { number: '1', secret: 's' } };
    return request.params['name'] === 'bank__look'
      ? { kind: 'data', value: { content: [{ type: 'text', text: 'ada s' }], structuredContent: value } }
      : text('paid');
  });
});

afterAll(() => hub.stop());

beforeEach(() => {
  asked = [];
  seen = [];
  questions = undefined;
  policies.lay(allow);
  answerApproval = async () => ({ approvalId: 'a1', approvedBy: 'bob' });
});

const through = { principal: ada, interface: http };
const listed = (principal: Principal = ada): unknown[] =>
  hub.hub.calls.list({ kind: 'tool', view: 'all', ...through, principal }).items.map(({ name }) => name);
const call = (name: string, args: JsonObject = {}, more: Partial<CallRequest> = {}) =>
  hub.call('tool', `bank__${name}`, { arguments: args }, { ...through, ...more });

describe('what a rule denies', () => {
  test('is not in the list, not found by a call, and not by a search', async () => {
    policies.lay(allow, { effect: 'deny', what: { targets: ['pay'] } });
    expect(listed()).toEqual(['bank__look']);
    await expect(call('pay')).rejects.toMatchObject({
      code: 'not_found',
      message: 'there is no tool "bank__pay" here; list them to see what there is',
    });
    const found = await hub.call(
      'tool',
      'search_tools',
      { arguments: { query: 'pay look' } },
      { ...through, view: 'endpoint:work' },
    );
    expect(found).toMatchObject({
      value: { structuredContent: { total: 1, tools: [{ name: 'bank__look' }] } },
    });
    const described = hub.call(
      'tool',
      'describe_tool',
      { arguments: { name: 'bank__pay' } },
      { ...through, view: 'endpoint:work' },
    );
    await expect(described).rejects.toMatchObject({ code: 'not_found' });
    const wrapped = { arguments: { name: 'bank__pay', arguments: {} } };
    await expect(
      hub.call('tool', 'call_tool', wrapped, { ...through, view: 'endpoint:work' }),
    ).rejects.toMatchObject({ code: 'not_found' });
    expect(seen).toEqual([]);
  });

  test('by its arguments is shown, and refused with the reason', async () => {
    policies.lay(allow, { effect: 'deny', args: [{ at: '/amount', is: 'more', value: 100 }] });
    expect(listed()).toEqual(['bank__look', 'bank__pay']);
    await call('pay', { amount: 100 });
    await expect(call('pay', { amount: 101 })).rejects.toMatchObject({
      code: 'forbidden',
      message:
        'the rules of your organization refuse this with these arguments or at this time; "signalbox why" tells more',
    });
    expect(seen.length).toBe(1);
  });

  test('takes effect with the next call', async () => {
    await call('pay');
    policies.lay();
    await expect(call('pay')).rejects.toMatchObject({ code: 'not_found' });
    expect(listed()).toEqual([]);
  });
});

describe('a credential', () => {
  test('that lacks a scope shows what it could be given, and the refusal names it', async () => {
    const principal = { ...ada, scopes: ['tools:list'] };
    expect(listed(principal)).toEqual(['bank__look', 'bank__pay']);
    await expect(call('pay', {}, { principal })).rejects.toMatchObject({
      code: 'insufficient_scope',
      details: { scopes: ['tools:call'] },
    });
    await call('pay', {}, { principal: { ...ada, scopes: ['tools:call:bank'] } });
  });
});

describe('a call that wants approval', () => {
  beforeEach(() => policies.lay(allow, { id: 'ask', effect: 'approve', what: { targets: ['pay'] } }));

  test('waits for it, bound to who calls what with which arguments', async () => {
    expect(listed()).toEqual(['bank__look', 'bank__pay']);
    await call('pay', { amount: 5 });
    expect(asked).toEqual([
      {
        callId: expect.any(String) as unknown,
        principal: ada,
        interface: 'http',
        level: 'trusted',
        kind: 'tool',
        target: 'bank__pay',
        identity: { source: 'bank', originalName: 'pay' },
        definitionHash: expect.stringMatching(/^[\w-]{43}$/) as unknown,
        args: { amount: 5 },
        rules: ['ask'],
        policyVersion: expect.any(String) as unknown,
      },
    ]);
    expect(seen.length).toBe(1);
  });

  test('never reaches its target when it is refused', async () => {
    answerApproval = () =>
      Promise.reject(new SignalboxError('approval_required', 'somebody has to approve it'));
    await expect(call('pay')).rejects.toMatchObject({ code: 'approval_required' });
    expect(seen).toEqual([]);
  });

  const ask = { id: 'ask', effect: 'approve', what: { targets: ['pay'] } };

  test.each<[string, object[], string]>([
    ['hidden', [ask, allow, { effect: 'deny', what: { targets: ['pay'] } }], 'not_found'],
    [
      'denied',
      [ask, allow, { effect: 'deny', args: [{ at: '/amount', is: 'more', value: 1 }] }],
      'forbidden',
    ],
    [
      'under other rules',
      [ask, allow, { effect: 'deny', what: { targets: ['other'] } }],
      'approval_required',
    ],
    ['wanted no approval for', [allow], 'approval_required'],
  ])('is not made when it is %s by the time it has been approved', async (_what, rules, code) => {
    answerApproval = async () => {
      policies.lay(...rules);
      return { approvalId: 'a1', approvedBy: 'bob' };
    };
    await expect(call('pay', { amount: 5 })).rejects.toMatchObject({ code });
    expect(seen).toEqual([]);
  });

  test('is not made when its target has become another by the time it has been approved', async () => {
    const schema = { type: 'object', properties: { amount: { type: 'number' } } };
    answerApproval = async () => {
      bank.publish([toolWith('pay', { ...schema, title: 'pays twice' }), toolWith('look', schema)]);
      return { approvalId: 'a1', approvedBy: 'bob' };
    };
    await expect(call('pay', { amount: 5 })).rejects.toMatchObject({
      code: 'approval_required',
      message:
        'the definition of what is called changed while this call waited, so that its approval is not for it any more; make it again to ask again',
    });
    expect(seen).toEqual([]);
  });

  test('that asks is given what lets it go on, and the desk is shown it with the answers', async () => {
    const identity = { source: 'bank', originalName: 'pay' };
    questions = { requestState: 's' };
    expect(await call('pay')).toEqual({
      kind: 'input',
      requestState: 's',
      identity,
      continuation: 'more of a1',
    });
    policies.lay(allow);
    expect(await call('pay')).toEqual({ kind: 'input', requestState: 's', identity });
    policies.lay(allow, ask);
    questions = undefined;
    await call('pay', {}, { retry: { identity, continuation: 'more of a1' } });
    expect(asked.map(({ continuation }) => continuation)).toEqual([undefined, 'more of a1']);
  });

  test('is not asked about again when it is a task that is gone on with', async () => {
    const identity = { source: 'bank', originalName: 'pay' };
    await call('pay', {}, { resume: { identity, handle: {} } });
    expect(asked).toEqual([]);
  });

  test('is not asked for with arguments that do not fit', async () => {
    await expect(call('pay', { amount: 'much' })).rejects.toMatchObject({ code: 'invalid_params' });
    expect(asked).toEqual([]);
  });
});

test('a call that wants approval is refused where nobody keeps approvals', async () => {
  const own = makeProbe();
  await using other = await startTestHub({ extensions: [own.extension, policies.extension] });
  policies.lay({ effect: 'approve' });
  own.open('bank', [toolWith('pay', {})], () => text('paid'));
  await expect(other.call('tool', 'bank__pay', {}, through)).rejects.toMatchObject({
    code: 'forbidden',
    message:
      'a rule wants this call approved, and nobody keeps approvals here; enable the extension "approvals"',
  });
});

describe('what a rule wants done', () => {
  test('arguments are set whatever the caller says', async () => {
    policies.lay({ ...allow, obligations: { forceArguments: { dry_run: true, amount: 1 } } });
    await call('pay', { amount: 50, note: 'x' });
    expect(seen[0]?.['arguments']).toEqual({ amount: 1, note: 'x', dry_run: true });
  });

  test('values are left out of the answer, also where a text repeats them', async () => {
    policies.lay({ ...allow, obligations: { redact: ['/account/secret', '/absent/x'] } });
    const kept = { owner: 'ada', account: { number: '1', secret: '[redacted]' } };
    expect(await call('look')).toMatchObject({
      value: { structuredContent: kept, content: [{ type: 'text', text: JSON.stringify(kept) }] },
    });
  });

  test('a source that uses accounts is told that a call needs one of the caller’s own', async () => {
    const told: (boolean | undefined)[] = [];
    const source = probe.open(
      'shop',
      [toolWith('buy', { type: 'object' })],
      ({ needsOwnAccount }) => {
        told.push(needsOwnAccount);
        return text('bought');
      },
      { usesAccounts: true },
    );
    await hub.call('tool', 'shop__buy', {}, through);
    policies.lay({ ...allow, obligations: { requireUserCredential: true } });
    await hub.call('tool', 'shop__buy', {}, through);
    source.withdraw();
    expect(told).toEqual([false, true]);
  });

  test('without a credential of the caller a call that wants one is refused', async () => {
    policies.lay({ ...allow, obligations: { requireUserCredential: true } });
    await expect(call('pay')).rejects.toMatchObject({
      code: 'forbidden',
      message: 'a rule allows "pay" only with a credential of your own at "bank", and there is none',
    });
    expect(seen).toEqual([]);
  });

  test('an answer that is too long is refused', async () => {
    policies.lay({ ...allow, obligations: { maxResultBytes: 100 } });
    await call('pay');
    await expect(call('look')).rejects.toMatchObject({
      code: 'too_large',
      message: 'a rule allows answers of "look" up to 100 bytes; ask for less',
    });
  });
});
