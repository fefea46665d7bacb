import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addOrganization, removeOrganization } from '@signalbox/api';
import { createClient } from '@signalbox/client';
import { defineExtension, type Extension, organizationRemoved } from '@signalbox/sdk';
import { database } from '@signalbox/store';
import storeSqlite from '@signalbox/store-sqlite';
import { FakeClock, startTestHub, type TestHub } from '@signalbox/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import directoryExtension from '../../src/index.ts';
import type { DirectoryTables } from '../../src/store/directory-tables.ts';

let dataDir: string;
let clock: FakeClock;
/** What was asked for, in order, and what becomes of the next ones. */
let steps: string[];
let failures: number;
let onStep: () => void;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-removals-'));
  clock = new FakeClock();
  [steps, failures, onStep] = [[], 0, () => undefined];
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function keeper(name: string): Extension {
  return defineExtension({
    name,
    config: z.strictObject({}),
    setup: ({ events }) => {
      events.on(organizationRemoved, ({ org, step, waitFor }) => {
        steps.push(`${name} ${step} of ${org}`);
        if (failures > 0) waitFor(Promise.reject(new Error(`${name} is locked ${failures--}`)));
        else waitFor(Promise.resolve());
        onStep();
      });
    },
  });
}

function start(): Promise<TestHub> {
  const extensions = [storeSqlite, directoryExtension, keeper('one'), keeper('two')];
  return startTestHub({ extensions, dataDir, clock });
}

async function removeAcme(hub: TestHub): Promise<void> {
  const owner = createClient({ url: hub.url, key: hub.key });
  await owner.request(addOrganization, { body: { id: 'acme' } });
  await owner.request(removeOrganization, { params: { org: 'acme' } });
}

const formerOrganizations = ({ hub }: TestHub) =>
  hub.services
    .get(database)
    .queries<DirectoryTables>()
    .selectFrom('directory_removed_orgs')
    .select(['id', 'forgotten_at'])
    .execute();

const all = ['one rows of acme', 'two rows of acme', 'one keys of acme', 'two keys of acme'];

test('the rows of a removed organization go everywhere before its keys, and once more when it is done', async () => {
  await using hub = await start();
  await removeAcme(hub);
  expect(steps).toEqual([...all, ...all]);
  expect(await formerOrganizations(hub)).toEqual([{ id: 'acme', forgotten_at: clock.now() }]);
});

test('an organization that somebody could not forget keeps its keys, and is forgotten a minute later', async () => {
  await using hub = await start();
  failures = 1;
  await removeAcme(hub);
  expect(steps).toEqual(all.slice(0, 2));
  expect(await formerOrganizations(hub)).toEqual([{ id: 'acme', forgotten_at: null }]);
  expect(hub.logged()).toContain('one is locked 1');
  steps = [];
  const done = new Promise<void>((resolve) => {
    onStep = () => steps.length === 2 * all.length && resolve();
  });
  clock.advance(60_000);
  await done;
  expect(steps).toEqual([...all, ...all]);
  expect(await formerOrganizations(hub)).toEqual([{ id: 'acme', forgotten_at: clock.now() }]);
});

test('what an earlier run of the hub has left of a removed organization is forgotten at the next start', async () => {
  failures = 1;
  await using before = await start();
  await removeAcme(before);
  await before.stop();
  steps = [];
  await using hub = await start();
  expect(steps).toEqual([...all, ...all]);
  expect(await formerOrganizations(hub)).toEqual([{ id: 'acme', forgotten_at: clock.now() }]);
});
