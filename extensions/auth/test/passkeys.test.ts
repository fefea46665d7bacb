import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { database } from '@signalbox/store';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { TestBrowser, type Visit } from './support/browser.ts';
import { startAuthHub } from './support/start-auth-hub.ts';
import { toldLines } from './support/told.ts';

const origin = 'http://localhost:4400';
const ada = { login: 'ada', password: 'ada-password-1' };

test('a person adds a passkey and signs in with it', async () => {
  await using hub = await startAuthHub({ http: { publicUrl: origin } });
  const browser = new TestBrowser(hub.url, origin);
  const account = await browser.submit(await browser.go('/sign-in'), 'sign-in', ada);
  const key = makeAuthenticator();
  const created = key.create(optionsOf(account));
  const added = await browser.submit(account, 'add-passkey', { answer: created, label: 'my key' });
  expect(added.text).toContain('my key');

  const other = new TestBrowser(hub.url, origin);
  const page = await other.go('/sign-in');
  const answer = key.get(optionsOf(page));
  const done = await other.submit(page, 'passkey', { answer });
  expect(done.url.pathname).toBe('/account');
  expect(done.text).toContain('ADA');
  // A challenge is good once, and only on this hub.
  const again = await new TestBrowser(hub.url, origin).go('/sign-in');
  const replayed = await other.submit(page, 'passkey', { answer });
  expect(replayed.response.status).toBe(401);
  const foreign = await other.submit(page, 'passkey', {
    answer: key.get(optionsOf(again), 'http://evil.example'),
  });
  expect(foreign.response.status).toBe(401);
  expect(await toldLines(hub.hub)).toEqual([
    'sign-in person-ada password ok',
    'add person-ada ok',
    'sign-in person-ada passkey ok',
    'sign-in person-ada passkey denied bad-passkey',
    'sign-in person-ada passkey denied bad-passkey',
  ]);
});

test('a passkey that cannot be written down is not kept', async () => {
  await using hub = await startAuthHub({ http: { publicUrl: origin } });
  const browser = new TestBrowser(hub.url, origin);
  const account = await browser.submit(await browser.go('/sign-in'), 'sign-in', ada);
  const store = hub.hub.hub.services.get(database).queries();
  await sql`alter table audit_entries rename to away`.execute(store);
  const answer = makeAuthenticator().create(optionsOf(account));
  const refused = await browser.submit(account, 'add-passkey', { answer, label: 'my key' });
  await sql`alter table away rename to audit_entries`.execute(store);
  expect(refused.response.status).toBe(503);
  expect(hub.town.passkeys.size).toBe(0);
});

test('a hub that is reached by an address offers no passkeys', async () => {
  await using hub = await startAuthHub();
  expect((await new TestBrowser(hub.url).go('/sign-in')).text).not.toContain('passkey-form');
});

function optionsOf({ text }: Visit): { challenge: string } {
  const given = /data-options="([^"]*)"/.exec(text)?.[1] ?? '';
  return JSON.parse(given.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')) as {
    challenge: string;
  };
}

/** An authenticator in software (WebAuthn Level 3 §6). */
function makeAuthenticator() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const id = randomBytes(16);
  const rpIdHash = createHash('sha256').update('localhost').digest();
  const clientData = (type: string, challenge: string, from: string): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin: from, crossOrigin: false }));
  // User present and verified, and with a new key its public part (§6.1).
  const authData = (flags: number, more: Buffer = Buffer.alloc(0)): Buffer =>
    Buffer.concat([rpIdHash, Buffer.of(flags, 0, 0, 0, 0), more]);
  const cose = Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
    Buffer.from(x, 'base64url'),
    Buffer.from([0x22, 0x58, 0x20]),
    Buffer.from(y, 'base64url'),
  ]);
  const answer = (response: object): string =>
    JSON.stringify({
      id: id.toString('base64url'),
      rawId: id.toString('base64url'),
      type: 'public-key',
      clientExtensionResults: {},
      response,
    });
  return {
    create: ({ challenge }: { challenge: string }): string => {
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.of(0, id.length), id, cose]);
      const data = authData(0x45, attested);
      const attestationObject = Buffer.concat([
        Buffer.from([0xa3, 0x63]),
        Buffer.from('fmt'),
        Buffer.from([0x64]),
        Buffer.from('none'),
        Buffer.from([0x67]),
        Buffer.from('attStmt'),
        Buffer.from([0xa0, 0x68]),
        Buffer.from('authData'),
        Buffer.from([0x58, data.length]),
        data,
      ]);
      return answer({
        clientDataJSON: clientData('webauthn.create', challenge, origin).toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
        transports: ['internal'],
      });
    },
    get: ({ challenge }: { challenge: string }, from = origin): string => {
      const data = authData(0x05);
      const client = clientData('webauthn.get', challenge, from);
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
      return answer({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', signed, privateKey).toString('base64url'),
      });
    },
  };
}
