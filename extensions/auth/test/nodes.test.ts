import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import storePostgres, { openPostgresStore } from '@signalbox/store-postgres';
import { decodeProtectedHeader } from 'jose';
import { expect, test } from 'vitest';
import { TestBrowser } from './support/browser.ts';
import { OAuthClient, postForm, useMcp } from './support/oauth-client.ts';
import { startAuthHub } from './support/start-auth-hub.ts';

const url = process.env['SIGNALBOX_TEST_POSTGRES'] ?? '';

/** Asks again until it is so, as long as a node may take to hear of something. */
async function soon(isSo: () => Promise<boolean>): Promise<boolean> {
  const endsAt = Date.now() + 5_000;
  while (Date.now() < endsAt) if (await isSo()) return true;
  return false;
}

test.skipIf(url === '')('what one node revokes or rotates counts on the others', async () => {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  // Nodes of a cluster share the key their seals are made with.
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-nodes-'));
  const publicUrl = 'http://localhost:4400';
  const options = {
    http: { publicUrl },
    store: {
      extension: storePostgres,
      settings: { store: { driver: 'postgres' }, 'store-postgres': { url, schema }, dataDir },
    },
  };
  {
    await using first = await startAuthHub(options);
    await using second = await startAuthHub(options);
    const client = new OAuthClient(first.url);
    const resource = `${publicUrl}/mcp`;
    const { access } = await client.signIn({ resource, browser: new TestBrowser(first.url, publicUrl) });
    const statusAt = async (base: string): Promise<number> => (await useMcp(base, `Bearer ${access}`)).status;
    expect([await statusAt(first.url), await statusAt(second.url)]).toEqual([200, 200]);
    await postForm(`${first.url}/oauth/revoke`, { token: access, client_id: client.id });
    expect(await statusAt(first.url)).toBe(401);
    expect(await soon(async () => (await statusAt(second.url)) === 401)).toBe(true);

    const rotated = await fetch(`${first.url}/api/v1/signing-keys/rotate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${first.hub.key}` },
    });
    const { kid } = (await rotated.json()) as { kid: string };
    const fresh = await client.signIn({ resource, browser: new TestBrowser(first.url, publicUrl) });
    expect(decodeProtectedHeader(fresh.access).kid).toBe(kid);
    expect(await soon(async () => (await useMcp(second.url, `Bearer ${fresh.access}`)).status === 200)).toBe(
      true,
    );
  }
  const store = await openPostgresStore({ url, schema });
  await store.database.queries().schema.dropSchema(schema).cascade().execute();
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});
