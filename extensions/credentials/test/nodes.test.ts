import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import storePostgres, { openPostgresStore } from '@signalbox/store-postgres';
import { expect, test, vi } from 'vitest';
import { TestBrowser } from '../../auth/test/support/browser.ts';
import { follow } from './support/connect.ts';
import { SmallServer } from './support/small-server.ts';
import { accountsOf, pressConnect, send, startKeeper, upstreamAt } from './support/start-pair.ts';

const url = process.env['SIGNALBOX_TEST_POSTGRES'] ?? '';
const owner = { org: 'local', subject: { kind: 'user', id: 'owner' } } as const;

test.skipIf(url === '')('two nodes renew a token once, and know of each other’s accounts', async () => {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  // Nodes of a cluster share the key their seals are made with.
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-nodes-'));
  const settings = { store: { driver: 'postgres' }, 'store-postgres': { url, schema }, dataDir };
  const store = { extension: storePostgres, settings };
  {
    await using server = await SmallServer.start();
    await using first = await startKeeper({ store });
    await using second = await startKeeper({ store });
    const upstream = upstreamAt(server.endpoint);
    const signers = [first, second].map((node) => accountsOf(node).signerOf(upstream, owner));
    const heard = vi.fn();
    accountsOf(second).onChange(heard);
    await send(signers[1] ?? expect.fail(), server.endpoint).catch(() => undefined);

    // Over at once: every request needs another one.
    server.choices.expiresIn = 0;
    const browser = new TestBrowser(first.url);
    const link = await accountsOf(first).loginUrl('files', owner);
    await follow(browser, (await pressConnect(browser, link)).url);
    await vi.waitFor(
      () => expect(heard).toHaveBeenCalledWith(expect.objectContaining({ state: 'connected' })),
      10_000,
    );

    server.choices.expiresIn = 3_600;
    const answers = await Promise.all(
      signers.flatMap((signer) => Array.from({ length: 8 }, () => send(signer, server.endpoint))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const renewals = server.at('/token').filter(({ form }) => form.get('grant_type') === 'refresh_token');
    expect(renewals).toHaveLength(1);
  }
  const opened = await openPostgresStore({ url, schema });
  await opened.database.queries().schema.dropSchema(schema).cascade().execute();
  await opened.close();
  rmSync(dataDir, { recursive: true, force: true });
});
