import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Policy, policyBook, ruleDefinition } from '@signalbox/policy';
import {
  type Ask,
  type CallRequest,
  defineExtension,
  directoryChanged,
  type Extension,
  type JsonObject,
  type Principal,
  SignalboxError,
  tokenVerifier,
} from '@signalbox/sdk';
import { database } from '@signalbox/store';
import storeSqlite from '@signalbox/store-sqlite';
import { FakeClock, startTestHub, type TestHub } from '@signalbox/testkit';
import vault from '@signalbox/vault';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ApprovalTables } from '../src/approval-tables.ts';
import approvals from '../src/index.ts';

const person = (id: string, roles: string[], more: Partial<Principal> = {}): Principal => ({
  kind: 'user',
  id,
  org: 'local',
  level: 'trusted',
  roles,
  ...more,
});
const ada = person('ada', ['member']);
const bob = person('bob', ['operator']);
const people: { readonly [token: string]: Principal } = {
  ada: person('ada', ['operator']),
  bob,
  eve: person('eve', ['member']),
  foreign: { ...bob, org: 'other' },
  root: person('root', ['owner'], {
    level: 'anchor',
    credential: { kind: 'session', id: 's' },
  }),
};

let dataDir: string;
let clock: FakeClock;
let hub: TestHub;
let made: JsonObject[];
let version: string;
/** Whether the bank has questions before it pays. */
let isAsking: boolean;
let change: (subject: string, isRevocation: boolean) => void;

/** A bank whose payments have to be approved, and the people around it. */
function bank(): Extension {
  return defineExtension({
    name: 'bank-of-tests',
    config: z.strictObject({}),
    provides: [policyBook, tokenVerifier],
    setup: ({ events, offer, sources }) => {
      change = (subject, isRevocation) =>
        events.publish(directoryChanged, { org: 'local', subject, isRevocation });
      const rules = [
        { id: 'all', effect: 'allow' },
        { id: 'four-eyes', effect: 'approve', what: { targets: ['pay'] } },
      ].map((rule) => ruleDefinition.parse(rule));
      offer(policyBook, { of: () => new Policy({ version, rules }) });
      offer(tokenVerifier, {
        metadataUrl: () => 'http://localhost/metadata',
        verify: ({ token }) => {
          const principal = people[token];
          if (!principal) throw new SignalboxError('unauthenticated', 'not known');
          return principal;
        },
      });
      const invoke = ({ request }: { request: CallRequest }) => {
        made.push((request.params['arguments'] ?? {}) as JsonObject);
        return isAsking
          ? { kind: 'input' as const, requestState: 's' }
          : { kind: 'data' as const, value: { content: [] } };
      };
      const source = sources.open({ id: 'bank', kind: 'upstream', minLevel: 'public', invoke });
      source.publish([
        { kind: 'tool', name: 'pay', definition: { name: 'pay', inputSchema: { type: 'object' } } },
      ]);
      source.setState({ status: 'available' });
    },
  });
}

async function start(settings: JsonObject = {}): Promise<void> {
  hub = await startTestHub({
    extensions: [storeSqlite, vault, approvals, bank()],
    dataDir,
    clock,
    settings: { approvals: settings },
  });
}

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-approvals-'));
  clock = new FakeClock();
  made = [];
  version = '1';
  isAsking = false;
  await start();
});

afterEach(async () => {
  await hub.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function pay(args: JsonObject = { amount: 5 }, more: Partial<CallRequest> = {}): Promise<string> {
  const through = { principal: ada, interface: { name: 'http', level: 'trusted' } } as const;
  return hub.call('tool', 'bank__pay', { arguments: args }, { ...through, ...more }).then(
    () => 'made',
    (error: SignalboxError) => `${error.code}: ${error.message}`,
  );
}

const asks = { amount: 5 };

/** What a further round of a call brings. */
function toRetry(continuation: string | undefined): Partial<CallRequest> {
  const identity = { source: 'bank', originalName: 'pay' };
  return { retry: { identity, ...(continuation === undefined ? {} : { continuation }) } };
}

/** Makes a call that ends with questions; gives what lets it go on. */
async function asking(continuation?: string): Promise<string | undefined> {
  isAsking = true;
  const through = { principal: ada, interface: { name: 'http', level: 'trusted' } } as const;
  const more = continuation === undefined ? {} : toRetry(continuation);
  const result = await hub.call('tool', 'bank__pay', { arguments: asks }, { ...through, ...more });
  return result.kind === 'input' ? result.continuation : undefined;
}

async function approveNext(): Promise<void> {
  await api('bob', `/${await waiting()}/approve`, {});
}

async function api(as: string, path: string, body?: JsonObject): Promise<JsonObject> {
  const answer = await fetch(`${hub.url}/api/v1/approvals${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return (await answer.json()) as JsonObject;
}

/** The first call that waits, as soon as one does. */
async function waiting(): Promise<string> {
  for (;;) {
    const { items } = (await api('bob', '?state=pending')) as { items: { id: string }[] };
    if (items[0]) return items[0].id;
  }
}

/** Moves the clock as long as something is awaited, no faster than the store works. */
async function passing<Value>(promise: Promise<Value>): Promise<Value> {
  const state = { isDone: false };
  const end = (): void => void (state.isDone = true);
  promise.then(end, end);
  while (!state.isDone) {
    await api('bob', '?limit=1');
    clock.advance(1_000);
  }
  return promise;
}

describe('a call that a rule wants approved', () => {
  test('waits, and is made as soon as somebody else has approved it', async () => {
    const calling = pay();
    const id = await waiting();
    expect(made).toEqual([]);
    expect(await api('bob', `/${id}`)).toEqual({
      id,
      state: 'pending',
      requester: { kind: 'user', id: 'ada' },
      onBehalfOf: [],
      interface: 'http',
      kind: 'tool',
      target: 'bank__pay',
      source: 'bank',
      originalName: 'pay',
      rules: ['four-eyes'],
      createdAt: clock.now(),
      expiresAt: clock.now() + 900_000,
      arguments: { amount: 5 },
    });
    expect(await api('bob', `/${id}/approve`, {})).toMatchObject({
      state: 'approved',
      answeredBy: 'user bob',
    });
    expect(await calling).toBe('made');
    expect(made).toEqual([{ amount: 5 }]);
    expect(await api('bob', `/${id}`)).toMatchObject({ state: 'used' });
  });

  test('is refused with the reason that was given', async () => {
    const calling = pay();
    await api('bob', `/${await waiting()}/refuse`, { reason: 'not this month' });
    expect(await calling).toBe('forbidden: this call was refused: not this month');
    expect(made).toEqual([]);
  });

  test('is answered with approval_required after a while, and made when it is made again', async () => {
    const first = await passing(pay());
    const id = await waiting();
    expect(first).toBe(
      `approval_required: somebody has to approve this call ("signalbox approval approve ${id}"); then make the very same call again`,
    );
    await api('bob', `/${id}/approve`, {});
    expect(await pay()).toBe('made');
    expect(made.length).toBe(1);
  });

  test('asks once for the same call, and each time for another', async () => {
    await passing(Promise.all([pay(), pay(), pay({ amount: 6 })]));
    const { items } = (await api('bob', '')) as { items: JsonObject[] };
    expect(items.length).toBe(2);
  });

  test('is used once: of many that wait for one approval one is made', async () => {
    const calls = Array.from({ length: 8 }, () => pay());
    const id = await waiting();
    await api('bob', `/${id}/approve`, {});
    const ends = await passing(Promise.all(calls));
    expect(ends.filter((end) => end === 'made').length).toBe(1);
    expect(made.length).toBe(1);
  });

  test('goes on in further rounds with the approval it was made with, each time once', async () => {
    const [first, ...other] = await Promise.all([asking(), approveNext()]);
    expect(other).toEqual([undefined]);
    const second = await asking(first);
    expect(second).not.toBe(first);
    const again = await Promise.all([passing(pay(asks, toRetry(first))), passing(pay(asks, toRetry('x.y')))]);
    for (const end of again) expect(end).toMatch(/^approval_required/);
    expect(made.length).toBe(2);
    await hub.stop();
    await start();
    const third = await asking(second);
    expect(await passing(pay({ amount: 6 }, toRetry(third)))).toMatch(/^approval_required/);
    clock.advance(900_000);
    expect(await passing(pay(asks, toRetry(third)))).toMatch(/^approval_required/);
    expect(made.length).toBe(3);
  });

  test('that did not end with questions does not go on', async () => {
    const [first] = await Promise.all([asking(), approveNext()]);
    isAsking = false;
    expect(await pay(asks, toRetry(first))).toBe('made');
    expect(await passing(pay(asks, toRetry(first)))).toMatch(/^approval_required/);
    expect(made.length).toBe(2);
  });

  test.each<[string, () => Promise<string>]>([
    ['other arguments', () => pay({ amount: 500 })],
    ['somebody else', () => pay({ amount: 5 }, { principal: person('eve', ['member']) })],
    ['somebody who acts for another', () => pay({ amount: 5 }, { principal: { ...ada, onBehalfOf: bob } })],
    [
      'another policy',
      () => {
        version = '2';
        return pay();
      },
    ],
  ])('is not made with %s', async (_what, other) => {
    await passing(pay());
    await api('bob', `/${await waiting()}/approve`, {});
    expect(await passing(other())).toMatch(/^approval_required/);
    expect(made).toEqual([]);
  });

  test('is refused when nobody answers in time, and an approval is worth nothing later', async () => {
    await passing(pay());
    const id = await waiting();
    await api('bob', `/${id}/approve`, {});
    clock.advance(900_000);
    expect(await api('bob', `/${id}`)).toMatchObject({ state: 'expired' });
    expect(await passing(pay())).toMatch(/^approval_required/);
    expect(made).toEqual([]);
  });

  test('survives a restart of the hub, approved or not', async () => {
    await passing(pay());
    const id = await waiting();
    await hub.stop();
    await start();
    await api('bob', `/${id}/approve`, {});
    await hub.stop();
    await start();
    expect(await pay()).toBe('made');
  });

  test('is given up with its caller, and waits on for who makes it again', async () => {
    const controller = new AbortController();
    const calling = pay({ amount: 5 }, { signal: controller.signal });
    const id = await waiting();
    controller.abort(new SignalboxError('cancelled', 'gone'));
    expect(await calling).toMatch(/^cancelled/);
    await api('bob', `/${id}/approve`, {});
    expect(await pay()).toBe('made');
  });
});

describe('a caller who waits', () => {
  const ended =
    'unauthenticated: the credential of this call ended while it waited for its approval; sign in again and make it again';

  test.each<[string, boolean, string]>([
    ['with a revoked credential is sent away', true, ended],
    [
      'about whom something else is known now has to make the call again',
      false,
      'approval_required: what is known of the caller changed while this call waited for its approval; make the very same call again',
    ],
  ])('%s', async (_what, isRevocation, end) => {
    const calling = pay();
    const id = await waiting();
    change('somebody-else', true);
    change('ada', isRevocation);
    await api('bob', `/${id}/approve`, {});
    expect(await calling).toBe(end);
    expect(made).toEqual([]);
  });

  test('for somebody whose credential is revoked is sent away, too', async () => {
    const calling = pay(undefined, { principal: { ...ada, onBehalfOf: person('eve', ['member']) } });
    await waiting();
    change('eve', true);
    expect(await calling).toBe(ended);
  });

  test('is sent away at the end of the credential', async () => {
    const credential = { kind: 'access-token', id: 't', expiresAt: clock.now() + 5_000 } as const;
    const calling = pay(undefined, { principal: { ...ada, credential } });
    await waiting();
    clock.advance(5_000);
    expect(await calling).toBe(ended);
  });
});

describe('an answer', () => {
  test('that approves is not taken when the rules are others by then, one that refuses is', async () => {
    const calling = pay();
    const id = await waiting();
    version = '2';
    expect(await api('bob', `/${id}/approve`, {})).toEqual({
      error: {
        code: 'conflict',
        message:
          'the rules have changed since this call was made, so that it cannot be approved any more; it has to be made again',
      },
    });
    await api('bob', `/${id}/refuse`, {});
    expect(await calling).toBe('forbidden: this call was refused');
  });

  test.each<[string, string, string]>([
    ['to a call of their own', 'ada', 'forbidden'],
    ['without the permission', 'eve', 'forbidden'],
    ['of another organization', 'foreign', 'not_found'],
  ])('is not taken %s', async (_what, as, code) => {
    const calling = pay();
    const id = await waiting();
    expect(await api(as, `/${id}/approve`, {})).toMatchObject({ error: { code } });
    await api('bob', `/${id}/refuse`, {});
    expect(await calling).toBe('forbidden: this call was refused');
  });

  test('is taken once', async () => {
    const calling = pay();
    const id = await waiting();
    const answers = await Promise.all([
      api('bob', `/${id}/refuse`, {}),
      api('root', `/${id}/approve`, {}),
      api('bob', `/${id}/approve`, {}),
    ]);
    expect(answers.filter(({ error }) => error === undefined).length).toBe(1);
    for (const { error } of answers) if (error) expect(error).toMatchObject({ code: 'conflict' });
    await calling;
  });

  test('to one that is not there is not found', async () => {
    expect(await api('bob', '/none/approve', {})).toEqual({
      error: { code: 'not_found', message: 'there is no such approval; it may have been too old to be kept' },
    });
  });
});

describe('who may approve their own calls', () => {
  const root = people['root'] ?? ada;
  const through = { principal: root, interface: { name: 'stdio', level: 'anchor' } } as const;
  const asking = (answer: JsonObject, asked: Ask[] = []) => ({
    capabilities: { elicitation: {} },
    ask: async (question: Ask) => {
      asked.push(question);
      return answer;
    },
  });

  beforeEach(async () => {
    await hub.stop();
    await start({ selfApproval: 'anchor' });
  });

  test('is asked where they are, and the call made', async () => {
    const asked: Ask[] = [];
    const channels = asking({ action: 'accept', content: { approve: true } }, asked);
    expect(await pay({ amount: 5 }, { ...through, channels })).toBe('made');
    expect(asked[0]?.params['message']).toContain('The rules four-eyes want this call approved: bank__pay');
  });

  test.each([{ action: 'decline' }, { action: 'accept', content: { approve: false } }])(
    'refuses it with %j',
    async (answer) => {
      expect(await pay({}, { ...through, channels: asking(answer) })).toBe(
        'forbidden: this call was refused',
      );
    },
  );

  test.each([{ action: 'cancel' }, { action: 'accept' }, { action: 'accept', content: { approve: 'yes' } }])(
    'leaves it to others with %j',
    async (answer) => {
      const calling = pay({}, { ...through, channels: asking(answer) });
      await api('bob', `/${await waiting()}/approve`, {});
      expect(await calling).toBe('made');
    },
  );

  test('is not asked below level anchor', async () => {
    const asked: Ask[] = [];
    const channels = asking({ action: 'accept', content: { approve: true } }, asked);
    const low = { principal: root, interface: { name: 'http', level: 'trusted' } } as const;
    expect(await passing(pay({}, { ...low, channels }))).toMatch(/^approval_required/);
    expect(asked).toEqual([]);
  });
});

describe('what is kept of calls that wait', () => {
  test('is bounded, for each who calls and for all', async () => {
    await hub.stop();
    await start({ maxPendingPerPrincipal: 2, maxPending: 3 });
    const full =
      'overloaded: too many calls wait for approval; answer some, or raise approvals.maxPending or approvals.maxPendingPerPrincipal';
    await passing(Promise.all([pay({ n: 1 }), pay({ n: 2 })]));
    expect(await pay({ n: 3 })).toBe(full);
    await passing(pay({ n: 1 }, { principal: bob }));
    expect(await pay({ n: 2 }, { principal: bob })).toBe(full);
  });

  test('is one thing for the same call made often, whose callers are bounded all the same', async () => {
    await hub.stop();
    await start({ maxPendingPerPrincipal: 2, maxPending: 3 });
    const ends = await passing(Promise.all([pay({ n: 1 }), pay({ n: 1 }), pay({ n: 1 })]));
    expect(ends.filter((end) => end.startsWith('overloaded'))).toHaveLength(1);
  });

  test('has its arguments encrypted, and is removed with time', async () => {
    await hub.stop();
    await start({ keepMs: 60_000 });
    await passing(pay({ note: 'needle-in-the-store' }));
    const rows = () =>
      hub.hub.services.get(database).queries<ApprovalTables>().selectFrom('approvals').selectAll().execute();
    expect(JSON.stringify(await rows())).not.toContain('needle');
    while ((await rows()).length > 0) clock.advance(30_000);
  });
});
