import { type CallRequest, upstreamDefinition } from '@signalbox/sdk';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AccountKeeper } from '../support/account-keeper.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { errorOf } from '../support/error-of.ts';
import { type HttpFixture, startHttpFixture } from '../support/fixture.ts';
import { startGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway-context.ts';
import { type Guard, startGuard } from '../support/guard.ts';
import { memoryDatabase } from '../support/memory-database.ts';
import { accountOfPerson, clientOf, person } from '../support/people.ts';

let server: AuthorizationServer;
let keeper: AccountKeeper;
let fixture: HttpFixture;
let guard: Guard;
let gateway: TestGateway;

beforeEach(async () => {
  server = await startAuthorizationServer('a');
  keeper = new AccountKeeper();
});

beforeAll(async () => {
  fixture = await startHttpFixture('http.mjs', ['modern']);
});

afterAll(() => fixture.stop());

afterEach(async () => {
  await gateway.stop();
  guard.stop();
  server.stop();
});

async function start(open: Guard['open'], more: Partial<TestGatewayOptions> = {}): Promise<void> {
  guard = await startGuard(fixture.port, server, open);
  await startAgain(more);
}

async function startAgain(more: Partial<TestGatewayOptions> = {}): Promise<void> {
  gateway = await startGateway({ upstreams: { u: { url: guard.url } }, credentials: keeper, ...more });
}

const callAs = (id: string, more: Partial<CallRequest> & { readonly name?: string } = {}) =>
  gateway.call({ upstream: 'u', name: 'echo', principal: person(id), ...more });
const calledBy = () => guard.seen.filter(({ tool }) => tool === 'echo').map(({ who }) => who ?? 'nobody');
const page = 'https://hub.test/connect/u/local/ada';
const message = 'sign in to "u" so that the hub can use your account there';

describe('a call that wants an account', () => {
  test('sends a client that takes questions as a result to the page, and is made by its retry', async () => {
    await start('lists');
    await gateway.untilState('u', 'available');
    const client = clientOf('modern');
    const asked = await callAs('ada', client);
    expect(asked).toEqual({
      kind: 'input',
      inputRequests: {
        'url-1': { method: 'elicitation/create', params: { mode: 'url', message, url: page } },
      },
      requestState: { signIn: true },
    });
    await keeper.connect('u', accountOfPerson('ada'), server);
    const retry = { inputResponses: { 'url-1': { action: 'accept' } }, requestState: { signIn: true } };
    expect(await callAs('ada', { ...client, retry })).toMatchObject({ kind: 'data' });
    expect(calledBy()).toEqual(['nobody', 'ada']);
    // The answer was the hub's: the upstream never asked.
    expect(guard.seen.at(-1)?.body).not.toContain('inputResponses');
  });

  test('asks again while nobody has signed in, and not where that was declined', async () => {
    await start('lists');
    const retried = (action: string) =>
      callAs('ada', {
        ...clientOf('modern'),
        retry: { inputResponses: { 'url-1': { action } }, requestState: { signIn: true } },
      });
    expect(await retried('accept')).toMatchObject({ kind: 'input' });
    expect(await errorOf(retried('decline'))).toMatchObject({ code: 'cancelled' });
  });

  test('gives a legacy client the page in its error, and tells it when the account is connected', async () => {
    await start('lists');
    const done: string[] = [];
    const error = await errorOf(
      callAs(
        'ada',
        clientOf('legacy', (id) => done.push(id)),
      ),
    );
    const id = expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown;
    expect({ code: error.code, details: error.details }).toEqual({
      code: 'upstream_login_needed',
      details: {
        upstream: 'u',
        url: page,
        elicitations: [{ mode: 'url', elicitationId: id, url: page, message }],
      },
    });
    await keeper.connect('u', accountOfPerson('bob'), server);
    expect(done).toEqual([]);
    await keeper.connect('u', accountOfPerson('ada'), server);
    await keeper.connect('u', accountOfPerson('ada'), server);
    expect(done).toEqual([id]);
  });

  test('names the page and the command to everybody else', async () => {
    await start('lists');
    const text = `upstream "u" wants an account of your own: open ${page} or run "signalbox server login u", then call again`;
    expect(await errorOf(callAs('ada'))).toMatchObject({
      code: 'upstream_login_needed',
      message: text,
      details: { upstream: 'u', url: page },
    });
    const formsOnly = { takesInput: true, channels: { capabilities: { elicitation: {} } } };
    expect(await errorOf(callAs('ada', formsOnly))).toMatchObject({ message: text });
  });

  test('sends nobody to what is no page of the web', async () => {
    await start('lists');
    keeper.loginUrl = async () => 'javascript:alert(1)';
    expect((await errorOf(callAs('ada', clientOf('modern')))).message).toBe(
      'upstream "u" wants an account of your own: signalbox server login u, then call again',
    );
  });

  test.each([
    ['nobody known', { kind: 'anonymous', id: 'anonymous' }, 'a caller who has not signed in has none'],
    ['an extension', { kind: 'extension', id: 'x' }, 'an extension has none'],
  ] as const)('is refused to %s', async (_who, more, why) => {
    await start('lists');
    const error = await errorOf(callAs('x', { principal: person('x', more) }));
    expect({ code: error.code, message: error.message }).toEqual({
      code: 'upstream_login_needed',
      message: `upstream "u" wants an account of whoever calls, and ${why}`,
    });
  });

  test('is made over the account of who calls, never over that of who it is made for', async () => {
    await start('lists');
    await gateway.untilState('u', 'available');
    await keeper.connect('u', accountOfPerson('ada'), server);
    const agent = person('agent', { kind: 'service', onBehalfOf: person('ada') });
    expect(await errorOf(callAs('agent', { principal: agent }))).toMatchObject({
      code: 'upstream_login_needed',
    });
    await keeper.connect('u', { org: 'local', subject: { kind: 'service', id: 'agent' } }, server);
    await callAs('agent', { principal: agent });
    expect(calledBy()).toEqual(['nobody', 'agent']);
  });

  test('is not made over the account of a namesake', async () => {
    await start('nothing');
    await keeper.connect('u', accountOfPerson('ada'), server);
    await gateway.untilState('u', 'available');
    for (const other of [person('ada', { org: 'other' }), person('ada', { kind: 'service' })])
      expect(await errorOf(callAs('ada', { principal: other }))).toMatchObject({
        code: 'upstream_login_needed',
      });
    expect(calledBy()).toEqual([]);
  });
});

describe('what the person is told', () => {
  const connected = async (): Promise<string> => {
    await start('lists');
    await gateway.untilState('u', 'available');
    return keeper.connect('u', accountOfPerson('ada'), server);
  };
  const where = `open ${page} or run "signalbox server login u", then call again`;
  const told = async () => [await callAs('ada', clientOf('modern')), (await errorOf(callAs('ada'))).message];
  const asks = (text: string) => ({
    inputRequests: {
      'url-1': { method: 'elicitation/create', params: { mode: 'url', message: text, url: page } },
    },
  });

  test('is that more is asked for, where the account is good and not enough', async () => {
    keeper.wantsMore = true;
    server.revoke(await connected());
    expect(await told()).toMatchObject([
      asks('"u" asks for more than you have allowed the hub; sign in again to allow it'),
      `upstream "u" asks for more than you have allowed the hub with your account: ${where}`,
    ]);
  });

  test('is that a fresh token was refused, where that is so', async () => {
    const token = await connected();
    await callAs('ada');
    keeper.isRefusedAgain = true;
    server.revoke(token);
    expect(await told()).toMatchObject([
      asks('"u" refused a fresh token of your account there; sign in again to replace it'),
      `upstream "u" refused a fresh token of your account: ${where}`,
    ]);
  });

  test('is to sign in again, where what they had is over', async () => {
    server.revoke(await connected());
    expect(await told()).toMatchObject([
      asks('sign in to "u" again so that the hub can go on using your account there'),
      `upstream "u" takes your account no longer: ${where}`,
    ]);
  });
});

describe('an upstream that wants nobody to sign in', () => {
  test('is used without accounts, and a state is asked for once', async () => {
    await start('everything');
    await gateway.untilState('u', 'available');
    for (let count = 0; count < 3; count++) await callAs('ada');
    expect(calledBy()).toEqual(['nobody', 'nobody', 'nobody']);
    expect(keeper.asked).toBe(1);
    expect(await gateway.registry.loginOf('u', person('ada'))).toBe(undefined);
  });

  test('refuses a call that a rule allows only over an account of the caller’s own', async () => {
    await start('everything');
    await gateway.untilState('u', 'available');
    const bound = { upstream: 'u', name: 'echo', principal: person('ada'), needsOwnAccount: true };
    expect(await errorOf(gateway.call(bound))).toMatchObject({ code: 'upstream_login_needed' });
    expect(
      await errorOf(gateway.call({ ...bound, principal: person('x', { kind: 'extension' }) })),
    ).toMatchObject({ code: 'upstream_login_needed' });
    await keeper.connect('u', accountOfPerson('ada'), server);
    await gateway.call(bound);
    expect(calledBy()).toEqual(['ada']);
  });

  test('says which upstreams can be bound to accounts of their callers', async () => {
    guard = await startGuard(fixture.port, server, 'everything');
    const { url } = guard;
    await startAgain({
      upstreams: {
        own: { url },
        shared: { url, credentials: { mode: 'organization' } },
        machine: { url, credentials: { grant: 'client_credentials', issuer: url } },
        none: { url, credentials: { mode: 'none' } },
        fixed: { url, headers: { Authorization: 'Bearer fixed' } },
        basic: { url: url.replace('http://', 'http://u:p@') },
      },
    });
    const bound = [...gateway.sources].filter(([, { spec }]) => spec.usesAccounts).map(([name]) => name);
    expect(bound).toEqual(['own']);
  });
});

describe('an account', () => {
  test('that is of no use any more is asked for again, and used when it was connected anew', async () => {
    await start('nothing');
    await keeper.connect('u', accountOfPerson('ada'), server);
    await gateway.untilState('u', 'available');
    await callAs('ada');
    keeper.change('u', accountOfPerson('ada'), 'needs_reconnect');
    expect(await gateway.registry.loginOf('u', person('ada'))).toBe('needs_reconnect');
    expect(await errorOf(callAs('ada'))).toMatchObject({ code: 'upstream_login_needed' });
    await keeper.connect('u', accountOfPerson('ada'), server);
    await callAs('ada');
    expect(calledBy()).toEqual(['ada', 'ada']);
  });

  test('whose token was taken back at the upstream ends in the same way', async () => {
    await start('lists');
    await gateway.untilState('u', 'available');
    const token = await keeper.connect('u', accountOfPerson('ada'), server);
    await callAs('ada');
    server.revoke(token);
    expect(await callAs('ada', clientOf('modern'))).toMatchObject({ kind: 'input' });
    await keeper.connect('u', accountOfPerson('ada'), server);
    await callAs('ada');
    expect(calledBy()).toEqual(['ada', 'nobody', 'ada']);
  });

  test('that was let go of is used by no call from then on, not even for lists', async () => {
    await start('nothing');
    await keeper.connect('u', accountOfPerson('ada'), server);
    await gateway.untilState('u', 'available');
    keeper.change('u', accountOfPerson('ada'), 'none');
    const before = guard.seen.length;
    await gateway.untilState('u', 'unavailable');
    expect(await errorOf(callAs('ada'))).toMatchObject({ code: 'upstream_login_needed' });
    expect(guard.seen.slice(before).filter(({ who }) => who === 'ada')).toEqual([]);
    expect(gateway.sources.get('u')?.entries).not.toEqual([]);
  });

  test('that was let go of without a word signs nothing, and its line carries nothing unsigned', async () => {
    await start('everything');
    await gateway.untilState('u', 'available');
    await keeper.connect('u', accountOfPerson('ada'), server);
    await callAs('ada');
    keeper.drop('u', accountOfPerson('ada'));
    expect(await errorOf(callAs('ada'))).toMatchObject({ code: 'upstream_login_needed' });
    expect(calledBy()).toEqual(['ada']);
  });

  test('of another person takes over the lists when that of the first is gone', async () => {
    await start('nothing');
    await keeper.connect('u', accountOfPerson('ada'), server);
    await gateway.untilState('u', 'available');
    await keeper.connect('u', accountOfPerson('bob'), server);
    keeper.change('u', accountOfPerson('ada'), 'none');
    await gateway.untilState('u', 'available');
    expect(guard.seen.filter(({ rpc }) => rpc === 'tools/list').at(-1)?.who).toBe('bob');
  });

  test('is used for the lists again after a restart of the hub, before it is tried without', async () => {
    const store = memoryDatabase();
    await start('nothing', { store });
    await keeper.connect('u', accountOfPerson('ada'), server);
    await gateway.untilState('u', 'available');
    await gateway.stop();
    const before = guard.seen.length;
    await startAgain({ store });
    expect(gateway.sources.get('u')?.entries.length).toBeGreaterThan(10);
    await gateway.untilState('u', 'available');
    expect(guard.seen.slice(before).map(({ who }) => who)).not.toContain(undefined);
    await gateway.registry.restart('u');
    await gateway.untilState('u', 'available');
    expect(guard.seen.slice(before).filter(({ who }) => who === undefined)).toHaveLength(1);
  });

  test('found by a call opens an upstream that waits for one', async () => {
    const store = memoryDatabase();
    await start('lists', { store });
    await gateway.untilState('u', 'available');
    await gateway.stop();
    guard.open = 'nothing';
    await keeper.connect('u', accountOfPerson('ada'), server);
    await startAgain({ store });
    await gateway.untilState('u', 'unavailable');
    await callAs('ada');
    await gateway.untilState('u', 'available');
  });

  test('lends the lists its tools and templates, and no resource: what it has there is nobody else’s news', async () => {
    await start('nothing');
    await keeper.connect('u', accountOfPerson('ada'), server);
    await gateway.untilState('u', 'available');
    const kinds = (gateway.sources.get('u')?.entries ?? []).map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['tool', 'template', 'prompt']));
  });

  test('is what a connection test of its person goes over', async () => {
    await start('nothing');
    await gateway.untilState('u', 'unavailable');
    const refused = (await gateway.registry.test('u', person('ada'))).at(-1);
    expect(refused).toMatchObject({
      step: 'connect',
      ok: false,
      detail: 'it wants you to sign in: signalbox server login u',
    });
    await keeper.connect('u', accountOfPerson('ada'), server);
    const steps = await gateway.registry.test('u', person('ada'));
    expect(steps[0]).toMatchObject({ step: 'account', ok: true, detail: 'your own account' });
    expect(steps.every(({ ok }) => ok)).toBe(true);
    expect((await gateway.registry.test('u', person('eve'))).at(-1)?.ok).toBe(false);
  });

  test('is forgotten with its upstream', async () => {
    await start('lists');
    await gateway.registry.add('new', upstreamDefinition.parse({ url: guard.url }));
    await keeper.connect('new', accountOfPerson('ada'), server);
    expect(await keeper.stateOf('new', accountOfPerson('ada'))).toBe('connected');
    await gateway.registry.remove('new');
    expect(await keeper.stateOf('new', accountOfPerson('ada'))).toBe('none');
  });
});

describe('the account of an organization', () => {
  const shared = { upstreams: { u: { url: '', credentials: { mode: 'organization' } } } };

  test('is used for every call, whoever makes it', async () => {
    guard = await startGuard(fixture.port, server, 'nothing');
    shared.upstreams.u.url = guard.url;
    await startAgain(shared);
    const reason =
      'the account of the organization has to be connected: signalbox server login u --organization';
    expect((await gateway.untilState('u', 'unavailable')).reason).toBe(reason);
    expect(await gateway.registry.loginOf('u', person('ada'))).toBe('needed');
    expect(await errorOf(callAs('ada', clientOf('modern')))).toMatchObject({
      code: 'upstream_login_needed',
      message: `upstream "u" is not available: ${reason}`,
    });
    await keeper.connect('u', accountOfPerson('ada'), server);
    await keeper.connect('u', { org: 'local' }, server);
    await gateway.untilState('u', 'available');
    await callAs('ada');
    await callAs('bob');
    expect(calledBy()).toEqual(['local', 'local']);
    expect(await gateway.registry.loginOf('u', person('bob'))).toBe('connected');
    keeper.change('u', { org: 'local' }, 'none');
    await gateway.untilState('u', 'unavailable');
  });

  test('is asked for before the hub listens, when nobody can be given a link', async () => {
    guard = await startGuard(fixture.port, server, 'nothing');
    shared.upstreams.u.url = guard.url;
    keeper.isListening = false;
    await startAgain(shared);
    expect((await gateway.untilState('u', 'unavailable')).reason).toBe(
      'the account of the organization has to be connected: signalbox server login u --organization',
    );
  });

  test.each([
    ['by a member of another', person('eve', { org: 'other' })],
    [
      'for a member of another',
      person('agent', { kind: 'service', onBehalfOf: person('eve', { org: 'other' }) }),
    ],
  ])('is used for no call that is made %s', async (_whose, principal) => {
    guard = await startGuard(fixture.port, server, 'nothing');
    shared.upstreams.u.url = guard.url;
    await startAgain(shared);
    await gateway.untilState('u', 'unavailable');
    await keeper.connect('u', { org: 'local' }, server);
    await gateway.untilState('u', 'available');
    const uri = 'demo://one';
    const watch = { kind: 'subscription', name: uri, params: { uri, subscribe: true } } as const;
    for (const call of [{}, clientOf('modern'), watch])
      expect(await errorOf(callAs('eve', { ...call, principal }))).toMatchObject({
        code: 'upstream_login_needed',
        message:
          'upstream "u" is used with the account of the organization "local", and yours has none there',
      });
    expect(calledBy()).toEqual([]);
    expect(await gateway.registry.loginOf('u', principal)).toBe(undefined);
  });
});
