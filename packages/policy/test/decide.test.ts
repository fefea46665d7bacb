import type { Principal } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { decide, firstPolicy, Policy, type Question, type Target } from '../src/index.ts';
import { ada, asks, deploy, policyOf, rule } from './support.ts';

const allow = { effect: 'allow' };
const reasonOf = (policy: Policy, question: Question): string => decide(policy, question).reason;

describe('a hub whose organization has laid down nothing', () => {
  test.each<[string, Partial<Principal>, string]>([
    ['a member', {}, 'allowed'],
    ['an owner', { roles: ['owner'] }, 'allowed'],
    ['somebody without a role', { roles: [] }, 'permission'],
    ['an auditor', { roles: ['auditor'] }, 'permission'],
    ['a viewer', { roles: ['viewer'] }, 'permission'],
    ['a role nobody knows', { roles: ['boss'] }, 'permission'],
    ['an extension', { kind: 'extension' }, 'allowed'],
  ])('decides for %s by the role', (_who, change, reason) => {
    const { roles: _roles, ...base } = ada;
    const principal = { ...base, ...('kind' in change ? {} : { roles: ada.roles ?? [] }), ...change };
    expect(reasonOf(firstPolicy, asks({ principal }))).toBe(reason);
  });

  test('lets nobody known use what is public and nothing else', () => {
    const principal: Principal = { kind: 'anonymous', id: 'anonymous', org: 'acme', level: 'public' };
    const open: Target = { ...deploy, minLevel: 'public' };
    expect(reasonOf(firstPolicy, asks({ principal, target: open }))).toBe('allowed');
    expect(decide(firstPolicy, asks({ principal }))).toMatchObject({ reason: 'level', isHidden: true });
  });
});

describe('the first step that fails decides', () => {
  const policy = policyOf(allow);
  const credential = { kind: 'access-token', id: 'x' } as const;
  test.each<[string, Partial<Question>, object]>([
    ['expired', { principal: { ...ada, credential: { ...credential, expiresAt: 0 } } }, { isHidden: true }],
    ['other_organization', { target: { ...deploy, org: 'other' } }, { isHidden: true }],
    ['level', { interface: { name: 'http', level: 'public' } }, { isHidden: true, level: 'public' }],
    ['level', { principal: { ...ada, grant: 'none' } }, { isHidden: true, level: 'none' }],
    [
      'scope',
      { principal: { ...ada, scopes: ['tools:list'] } },
      { isHidden: false, missingScopes: ['tools:call'] },
    ],
    ['permission', { principal: { ...ada, roles: [] } }, { missingPermission: 'tools:call' }],
    ['not_reviewed', { target: { ...deploy, review: 'quarantined' } }, { isHidden: true }],
    ['not_reviewed', { target: { ...deploy, review: 'unreviewed' } }, { isHidden: true }],
  ])('%s', (reason, change, more) => {
    expect(decide(policy, asks(change))).toMatchObject({ effect: 'deny', reason, ...more });
  });

  test('and what is hidden anyway is not told of by asking for a scope', () => {
    const principal = { ...ada, scopes: [] };
    expect(decide(policyOf({ effect: 'deny' }), asks({ principal }))).toMatchObject({
      reason: 'denied_by_rule',
      isHidden: true,
    });
  });
});

describe('rules', () => {
  const small = { args: [{ at: '/amount', is: 'less', value: 100 }] };
  test.each<[string, Policy, string]>([
    ['nothing is allowed that no rule allows', policyOf(), 'no_rule_allows'],
    [
      'a deny wins over everything',
      policyOf(allow, { effect: 'approve' }, { effect: 'deny' }),
      'denied_by_rule',
    ],
    ['an approve wins over an allow', policyOf(allow, { effect: 'approve' }), 'approval'],
    ['an approve needs no allow', policyOf({ effect: 'approve' }), 'approval'],
    ['a rule that is switched off says nothing', policyOf({ ...allow, isEnabled: false }), 'no_rule_allows'],
  ])('%s', (_what, policy, reason) => {
    expect(reasonOf(policy, asks())).toBe(reason);
  });

  test.each<[object, boolean]>([
    [{ who: { users: ['ada'] } }, true],
    [{ who: { users: ['bob'] } }, false],
    [{ who: { services: ['ada'] } }, false],
    [{ who: { roles: ['member', 'owner'] } }, true],
    [{ who: { teams: ['ops'] } }, true],
    [{ who: { teams: ['dev'] } }, false],
    [{ who: { clients: ['cli'] } }, true],
    [{ who: { clients: ['other'] } }, false],
    [{ who: { interfaces: ['http'] } }, true],
    [{ who: { interfaces: ['stdio', 'api'] } }, false],
    [{ who: { users: ['ada'], teams: ['dev'] } }, false],
    [{ what: { upstreams: ['ci'] } }, true],
    [{ what: { upstreams: ['cd'] } }, false],
    [{ what: { targets: ['dep*'] } }, true],
    [{ what: { targets: ['*lo'] } }, false],
    [{ what: { kinds: ['tool'] } }, true],
    [{ what: { kinds: ['prompt', 'resource'] } }, false],
    [{ what: { annotations: { destructiveHint: true } } }, true],
    [{ what: { annotations: { readOnlyHint: true } } }, false],
    [{ what: { annotations: { idempotentHint: true } } }, true],
    [{ when: { notBefore: '2026-01-01T00:00:00Z' } }, true],
    [{ when: { notAfter: '2026-01-01T00:00:00Z' } }, false],
    [small, true],
    [{ args: [{ at: '/amount', is: 'more', value: 100 }] }, false],
  ])('fit what they name: %j', (definition, isAllowed) => {
    const credential = { kind: 'access-token', id: 'x', client: 'cli' } as const;
    const principal = { ...ada, teams: ['ops'], credential };
    const target = { ...deploy, annotations: { idempotentHint: true } };
    const question = asks({
      principal,
      target,
      args: () => ({ amount: 5 }),
      atMs: Date.parse('2026-06-01T00:00:00Z'),
    });
    expect(decide(policyOf(definition), question).effect).toBe(isAllowed ? 'allow' : 'deny');
  });

  test('that deny by an argument hide nothing, and say that they denied', () => {
    const policy = policyOf(allow, { effect: 'deny', args: [{ at: '/amount', is: 'more', value: 100 }] });
    expect(reasonOf(policy, asks({ isListing: true }))).toBe('allowed');
    expect(reasonOf(policy, asks({ args: () => ({ amount: 5 }) }))).toBe('allowed');
    const denied = decide(policy, asks({ args: () => ({ amount: 500 }) }));
    expect(denied).toMatchObject({ reason: 'denied_by_rule', isHidden: false, rules: ['r1'] });
  });

  test('that allow by an argument show what they may allow', () => {
    const policy = policyOf({ ...allow, ...small });
    expect(reasonOf(policy, asks({ isListing: true }))).toBe('allowed');
    expect(decide(policy, asks({ args: () => ({ amount: 500 }) }))).toMatchObject({
      reason: 'no_rule_allows',
      isHidden: false,
    });
  });

  test.each<[string, string]>([
    ['deny', 'denied_by_rule'],
    ['approve', 'approval'],
    ['allow', 'no_rule_allows'],
  ])('that %s take an argument of another kind against the caller', (effect, reason) => {
    const others = effect === 'allow' ? [] : [allow];
    const policy = policyOf(...others, { effect, args: [{ at: '/amount', is: 'more', value: 100 }] });
    expect(reasonOf(policy, asks({ args: () => ({ amount: '5' }) }))).toBe(reason);
  });

  test('bring what has to be done, of two bounds the tighter', () => {
    const policy = policyOf(
      { ...allow, obligations: { maxResultBytes: 500, redact: ['/a'] } },
      { ...allow, obligations: { maxResultBytes: 200, redact: ['/b', '/a'], recordArguments: true } },
    );
    expect(decide(policy, asks()).obligations).toEqual({
      maxResultBytes: 200,
      redact: ['/a', '/b'],
      recordArguments: true,
    });
  });
});

describe('who acts for somebody', () => {
  const helper: Principal = { kind: 'extension', id: 'x', org: 'acme', level: 'trusted', onBehalfOf: ada };

  test('may do what both may', () => {
    expect(reasonOf(firstPolicy, asks({ principal: helper }))).toBe('allowed');
    const weak = { ...helper, onBehalfOf: { ...ada, roles: [] } };
    expect(reasonOf(firstPolicy, asks({ principal: weak }))).toBe('permission');
    const policy = policyOf(allow, { effect: 'deny', who: { users: ['ada'] } });
    expect(reasonOf(policy, asks({ principal: helper }))).toBe('denied_by_rule');
  });

  test('needs every approval, and does everything that has to be done', () => {
    const policy = policyOf(
      { ...allow, obligations: { redact: ['/all'] } },
      { effect: 'approve', who: { users: ['ada'] }, obligations: { maxResultBytes: 100 } },
    );
    expect(decide(policy, asks({ principal: helper }))).toMatchObject({
      effect: 'approve',
      rules: ['r1', 'r0'],
      obligations: { redact: ['/all'], maxResultBytes: 100 },
    });
  });
});

describe('scopes', () => {
  test.each<[readonly string[], boolean, boolean]>([
    [['tools:call'], true, true],
    [['tools:list'], true, false],
    [['tools:call:ci'], true, true],
    [['tools:call:cd'], false, false],
    [['prompts:read', 'openid'], false, false],
    [['admin:system'], false, false],
    [[], false, false],
  ])('%j: listed %s, called %s', (scopes, isListed, isCalled) => {
    const principal = { ...ada, scopes };
    expect(decide(firstPolicy, asks({ principal, isListing: true })).effect === 'allow').toBe(isListed);
    expect(decide(firstPolicy, asks({ principal })).effect === 'allow').toBe(isCalled);
  });
});

test('a custom role permits what it names, and cannot change a builtin one', () => {
  const policy = new Policy({
    version: 'v',
    rules: [rule(allow)],
    roles: { runner: ['tools:call'], viewer: ['tools:call'] },
  });
  expect(reasonOf(policy, asks({ principal: { ...ada, roles: ['runner'] } }))).toBe('allowed');
  expect(reasonOf(policy, asks({ principal: { ...ada, roles: ['viewer'] } }))).toBe('permission');
});
