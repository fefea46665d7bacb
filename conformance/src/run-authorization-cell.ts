import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TestBrowser } from '../../extensions/auth/test/support/browser.ts';
import { startAuthHub } from '../../extensions/auth/test/support/start-auth-hub.ts';
import { judge, type ScenarioResult, type Verdict } from './checks.ts';
import { knownCounts, mayFailIn } from './expected.ts';
import { runSuite } from './run-suite.ts';

/** The scenarios of the suite for authorization servers; it has these two. */
const scenarios = ['authorization-server-metadata-endpoint', 'authorization-code-grant'];
const clientId = 'client-conformance';
const person = { login: 'ada', password: 'ada-password-1' };

/** Runs the authorization suite of a revision against the hub's own server; a browser without a window signs in. */
export async function runAuthorizationCell(
  revision: string,
  show: (line: string) => void,
): Promise<{ readonly verdict: Verdict; readonly results: readonly ScenarioResult[] }> {
  await using hub = await startAuthHub();
  const port = await freePort();
  await hub.clients.add({
    id: clientId,
    org: 'local',
    name: 'Conformance suite',
    origin: 'administrator',
    metadata: {
      client_name: 'Conformance suite',
      redirect_uris: ['http://127.0.0.1/callback'],
      application_type: 'native',
      token_endpoint_auth_method: 'none',
    },
  });
  const words = ['authorization', '--url', hub.url, '--client-id', clientId, '--port', String(port)];
  let isAnswered = false;
  const results = await runSuite('conformance-next', [...words, '--spec-version', revision], (line) => {
    show(line);
    const url = /http\S+\/oauth\/auth\?\S+/.exec(line)?.[0];
    if (url === undefined || isAnswered) return;
    isAnswered = true;
    void signIn(new TestBrowser(hub.url), url);
  });
  const cell = `authorization ${revision}`;
  const known = { scored: scenarios, mayFail: mayFailIn(cell), counts: knownCounts(cell) };
  return { verdict: judge(results, known), results };
}

async function signIn(browser: TestBrowser, url: string): Promise<void> {
  const consent = await browser.submit(await browser.go(url), 'sign-in', person);
  const { url: back } = await browser.submit(consent, 'allow');
  await fetch(back);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}
