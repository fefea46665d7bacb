// Performs one scenario of sign-in of the client suite with a whole hub: its connector, its accounts, its pages. Where the
// hub wants an account, this program is the browser of the local owner; the suite's server allows everything at once.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  catalogReader,
  isSignalboxError,
  type JsonObject,
  sleep,
  systemClock,
  upstreamRegistry,
} from '@signalbox/sdk';
import { TestBrowser } from '../../extensions/auth/test/support/browser.ts';
import { startSignInHub } from './sign-in-hub.ts';

const url = process.argv.at(-1) ?? '';
const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? '';
const context = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as Record<
  string,
  string | undefined
>;
const mostSignIns = 5;
const longestMs = 10_000;
const folder = mkdtempSync(join(tmpdir(), 'signalbox-workload-'));

const hub = await startSignInHub({
  url,
  era: process.env['MCP_CONFORMANCE_PROTOCOL_VERSION'] === '2026-07-28' ? 'modern' : 'legacy',
  transport: 'http',
  callTimeoutMs: 10_000,
  startTimeoutMs: 10_000,
  credentials: await credentialsFor(),
});
try {
  await perform();
} finally {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** Has the tools listed and called, twice each, and signs in whenever the hub says so. */
async function perform(): Promise<void> {
  for (let signIns = 0; !(await isAvailable()); signIns++)
    if (signIns >= mostSignIns || !(await signIn())) return;
  for (let round = 0; round < 2; round++)
    for (const { originalName } of hub.hub.services.get(catalogReader).items('tool'))
      await callSignedIn(originalName);
}

async function callSignedIn(name: string): Promise<void> {
  for (let signIns = 0; signIns < mostSignIns; signIns++) {
    try {
      const result = await hub.call('tool', name, { arguments: {} }, { view: 'upstream:suite' });
      return note(`${name}: ${JSON.stringify(result).slice(0, 200)}`);
    } catch (error) {
      note(`${name}: ${String(error)}`);
      if (!isSignalboxError(error) || error.code !== 'upstream_login_needed') return;
      if (!(await signIn()) || !(await isAvailable())) return;
    }
  }
}

async function isAvailable(): Promise<boolean> {
  const upstreams = hub.hub.services.get(upstreamRegistry);
  const endsAt = Date.now() + longestMs;
  await upstreams.settled(AbortSignal.timeout(longestMs));
  for (;;) {
    const { state, reason, tools } = upstreams.get('suite');
    // Views are made anew a little after a change.
    const isShown = hub.hub.services.get(catalogReader).items('tool').length === tools;
    if (state === 'available' && isShown) return true;
    // What the hub waits for is a person; nothing will come of waiting for the hub.
    if (state === 'unavailable' || Date.now() > endsAt) {
      note(`not available: ${reason}`);
      return false;
    }
    await sleep(systemClock, 20);
  }
}

/** Does what the local owner does with "signalbox server login suite"; false where there is no use in it. */
async function signIn(): Promise<boolean> {
  const { own } = await ask<{ own: { state: string; missing: string[] } }>('GET', 'accounts');
  if (own.state === 'connected' && own.missing.length === 0) return false;
  const { url: link } = await ask<{ url: string }>('POST', 'login');
  const browser = new TestBrowser(hub.url);
  const page = await browser.go(link);
  if (!page.text.includes('value="connect"')) return show(page.text);
  const sent = await browser.submit(page, 'connect');
  if (sent.url.origin === new URL(hub.url).origin) return show(sent.text);
  const back = await fetch(sent.url, { redirect: 'manual' });
  const { text } = await browser.go(back.headers.get('location') ?? '');
  return text.includes('is connected') || show(text);
}

async function ask<Answer>(method: string, what: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${hub.key}` };
  const answer = await fetch(`${hub.url}/api/v1/upstreams/suite/${what}`, { method, headers });
  if (!answer.ok) throw new Error(`${method} ${what}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

function show(page: string): false {
  note(page.slice(page.indexOf('<main>')));
  return false;
}

function note(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** How an administrator has set the upstream of a scenario. */
async function credentialsFor(): Promise<JsonObject> {
  const { client_id = '', client_secret = '', private_key_pem = '', valid_jwt = '' } = context;
  switch (scenario) {
    case 'auth/pre-registration':
      return { clientId: client_id, clientSecret: client_secret, issuer: context['issuer'] ?? '' };
    case 'auth/client-credentials-basic':
      return { ...(await ownGrant()), clientId: client_id, clientSecret: client_secret };
    case 'auth/client-credentials-jwt':
      return { ...(await ownGrant()), clientId: client_id, privateKey: private_key_pem };
    case 'auth/wif-jwt-bearer': {
      const assertionFile = join(folder, 'token');
      writeFileSync(assertionFile, valid_jwt);
      return { grant: 'workload', issuer: await findIssuer(), clientId: client_id, assertionFile };
    }
    case 'auth/enterprise-managed-authorization': {
      const { idp_issuer: issuer = '', idp_client_id: idpClient = '', idp_id_token: idToken = '' } = context;
      const tokenFile = join(folder, 'token');
      writeFileSync(tokenFile, idToken);
      return {
        grant: 'enterprise',
        issuer: await findIssuer(),
        clientId: client_id,
        clientSecret: client_secret,
        identity: { issuer, clientId: idpClient, tokenFile },
      };
    }
    default:
      return {};
  }
}

async function ownGrant(): Promise<JsonObject> {
  return { grant: 'client_credentials', issuer: await findIssuer() };
}

/** What an administrator knows beforehand, and the suite does not say: the authorization server of its upstream. */
async function findIssuer(): Promise<string> {
  const given = context['issuer'];
  if (given !== undefined) return given;
  const { origin, pathname } = new URL(url);
  const answer = await fetch(`${origin}/.well-known/oauth-protected-resource${pathname}`);
  const { authorization_servers: servers } = (await answer.json()) as { authorization_servers: string[] };
  return servers[0] ?? '';
}
