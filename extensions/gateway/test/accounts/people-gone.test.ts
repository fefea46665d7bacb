import { type CallRequest, directoryChanged } from '@signalbox/sdk';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AccountKeeper } from '../support/account-keeper.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { errorOf } from '../support/error-of.ts';
import { type HttpFixture, startHttpFixture } from '../support/fixture.ts';
import { startGateway, type TestGateway } from '../support/gateway-context.ts';
import { type Guard, startGuard } from '../support/guard.ts';
import { Members } from '../support/members.ts';
import { memoryDatabase } from '../support/memory-database.ts';
import { accountOfPerson, person } from '../support/people.ts';

let server: AuthorizationServer;
let keeper: AccountKeeper;
let members: Members;
let fixture: HttpFixture;
let guard: Guard;
let gateway: TestGateway;
let store: ReturnType<typeof memoryDatabase>;

beforeAll(async () => {
  fixture = await startHttpFixture('http.mjs', ['modern']);
});

afterAll(() => fixture.stop());

beforeEach(async () => {
  server = await startAuthorizationServer('a');
  keeper = new AccountKeeper();
  members = new Members('ada', 'bob');
  store = memoryDatabase();
});

afterEach(async () => {
  await gateway.stop();
  guard.stop();
  server.stop();
});

async function start(open: Guard['open']): Promise<void> {
  guard = await startGuard(fixture.port, server, open);
  await startAgain();
}

async function startAgain(): Promise<void> {
  const upstreams = { u: { url: guard.url } };
  gateway = await startGateway({ upstreams, credentials: keeper, directory: members, store });
}

const callAs = (id: string, more: Partial<CallRequest> & { name?: string } = {}) =>
  gateway.call({ upstream: 'u', name: 'echo', principal: person(id), ...more });
const signedSince = (before: number) =>
  guard.seen
    .slice(before)
    .map(({ who }) => who)
    .filter((who) => who !== undefined);

/** Ada is disabled or removed; the hub hears of it. */
function remove(): void {
  members.levels.delete('ada');
  gateway.publish(directoryChanged, { subject: 'ada', isRevocation: true });
}

/** Ada's level is below that of the upstream from now on. */
function demote(): void {
  members.levels.set('ada', 'public');
  gateway.publish(directoryChanged, { org: 'local', subject: 'ada', isRevocation: false });
}

/** Everybody is looked at anew, as after changes that were missed. */
function removeUnheard(): void {
  members.levels.delete('ada');
  gateway.publish(directoryChanged, { isRevocation: true });
}

const ways: readonly [string, () => void][] = [
  ['is disabled or removed', remove],
  ['gets too low a level', demote],
  ['went while the hub did not hear of changes', removeUnheard],
];

describe.each(ways)('for somebody who %s', (_what, goes) => {
  test('the call under way ends, and no further one is made over the account', async () => {
    await start('lists');
    await gateway.untilState('u', 'available');
    await keeper.connect('u', accountOfPerson('ada'), server);
    await keeper.connect('u', accountOfPerson('bob'), server);
    const waiting = errorOf(callAs('ada', { name: 'wait' }));
    await gateway.until('the call has come', () => guard.seen.some(({ tool }) => tool === 'wait'));
    goes();
    expect((await waiting).code).toBe('upstream_unavailable');
    const before = guard.seen.length;
    expect(await errorOf(callAs('ada'))).toMatchObject({
      code: 'forbidden',
      message:
        'the hub uses no account of yours at upstream "u": you are no active member of your organization, or your level is below that of the upstream',
    });
    await callAs('bob');
    expect(signedSince(before)).toEqual(expect.not.arrayContaining(['ada']));
    expect(signedSince(before)).toContain('bob');
  });

  test('what is watched over the account is heard of no more', async () => {
    await start('lists');
    await gateway.untilState('u', 'available');
    await keeper.connect('u', accountOfPerson('ada'), server);
    const uri = 'demo://gone';
    await callAs('ada', { kind: 'subscription', name: uri, params: { uri, subscribe: true } });
    const ofAda = () => guard.openOf('ada');
    await gateway.until('it is listened to', () => ofAda() > 0);
    goes();
    await gateway.until('nothing is open over the account', () => ofAda() === 0);
  });

  test('the lists are read over the account of somebody else', async () => {
    await start('nothing');
    await keeper.connect('u', accountOfPerson('ada'), server);
    await gateway.untilState('u', 'available');
    goes();
    await gateway.untilState('u', 'unavailable');
    const before = guard.seen.length;
    await keeper.connect('u', accountOfPerson('bob'), server);
    await gateway.untilState('u', 'available');
    expect(new Set(signedSince(before))).toEqual(new Set(['bob']));
  });
});

test('who went while the hub was down is no lister when it starts again', async () => {
  await start('nothing');
  await keeper.connect('u', accountOfPerson('ada'), server);
  await gateway.untilState('u', 'available');
  await gateway.stop();
  members.levels.delete('ada');
  const before = guard.seen.length;
  await startAgain();
  await gateway.untilState('u', 'unavailable');
  expect(await errorOf(callAs('ada'))).toMatchObject({ code: 'forbidden' });
  expect(signedSince(before)).toEqual([]);
});

test('a line that is there is not used by who went without a word', async () => {
  await start('lists');
  await gateway.untilState('u', 'available');
  await keeper.connect('u', accountOfPerson('ada'), server);
  await callAs('ada');
  members.levels.delete('ada');
  const before = guard.seen.length;
  expect(await errorOf(callAs('ada'))).toMatchObject({ code: 'forbidden' });
  expect(signedSince(before)).toEqual([]);
});

test('the local owner, whom no directory knows, goes on', async () => {
  await start('nothing');
  await keeper.connect('u', accountOfPerson('owner'), server);
  await gateway.untilState('u', 'available');
  gateway.publish(directoryChanged, { isRevocation: true });
  await callAs('owner');
  expect(gateway.registry.get('u').state).toBe('available');
});
