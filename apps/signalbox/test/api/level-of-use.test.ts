import { getHealth } from '@signalbox/api';
import { createClient, runCall } from '@signalbox/client';
import gateway from '@signalbox/gateway';
import manage from '@signalbox/manage';
import { defineExtension, type Principal, tokenVerifier } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub } from '@signalbox/testkit';
import vault from '@signalbox/vault';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { makeProbe } from '../support/probe-extension.ts';

const signedIn = (kind: 'access-token' | 'session'): Principal => ({
  kind: 'user',
  id: 'ada',
  org: 'local',
  level: 'anchor',
  roles: ['owner'],
  credential: { kind, id: 'c' },
});

/** Lets in whoever shows the kind of a credential as its token. */
const verifier = defineExtension({
  name: 'verifier',
  config: z.strictObject({}),
  provides: [tokenVerifier],
  setup: ({ offer }) =>
    offer(tokenVerifier, {
      metadataUrl: () => 'http://localhost/metadata',
      verify: ({ token }) => signedIn(token === 'session' ? 'session' : 'access-token'),
    }),
});

const secret = { kind: 'tool', target: 'secret_add' } as const;

test.each(['access-token', 'session'])(
  'who signed in with an %s administers at their own level, and uses what http.level lets them',
  async (key) => {
    const extensions = [storeSqlite, vault, gateway, manage, verifier, makeProbe().extension];
    await using strict = await startTestHub({ extensions, settings: { http: { level: 'public' } } });
    const client = createClient({ url: strict.url, key });
    await expect(runCall(client, secret)).rejects.toMatchObject({ code: 'not_found' });
    expect(await client.request(getHealth, {})).toMatchObject({ status: 'ok' });
    const owner = createClient({ url: strict.url, key: strict.key });
    expect(await runCall(owner, secret)).toMatchObject({ isError: false });
  },
);

test('at http.level anchor who signed in uses what needs it', async () => {
  const extensions = [storeSqlite, vault, gateway, manage, verifier, makeProbe().extension];
  await using open = await startTestHub({ extensions, settings: { http: { level: 'anchor' } } });
  const client = createClient({ url: open.url, key: 'session' });
  expect(await runCall(client, secret)).toMatchObject({ isError: false });
});
