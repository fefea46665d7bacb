import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openSqliteStore, restoreStore } from '../src/index.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

interface Holder extends AsyncDisposable {
  readonly pid: number | undefined;
  readonly kill: () => Promise<void>;
  readonly closeOrderly: () => Promise<void>;
}

test('a second process is refused at once and told who has the store', async () => {
  await using folder = await makeTemporaryFolder();
  const path = folder.path('signalbox.db');
  await using holder = await startHolder(path);
  await expect(openSqliteStore({ path })).rejects.toMatchObject({
    code: 'store_locked',
    message: expect.stringMatching(
      new RegExp(
        `^the store ${path} is in use by process ${holder.pid} \\(signalbox up started \\d{4}-[^)]*Z\\); stop it or use another dataDir$`,
      ),
    ),
  });
});

test('the lock ends with a process that is killed', async () => {
  await using folder = await makeTemporaryFolder();
  const path = folder.path('signalbox.db');
  await using holder = await startHolder(path);
  await holder.kill();
  await using store = await openSqliteStore({ path });
  expect((await store.database.check()).problems).toEqual([
    'the table signalbox_migrations is missing: not a signalbox store',
  ]);
});

test('the lock ends with an orderly close, and nothing tells of it afterwards', async () => {
  await using folder = await makeTemporaryFolder();
  const path = folder.path('signalbox.db');
  await using holder = await startHolder(path);
  await holder.closeOrderly();
  await using again = await startHolder(path);
  expect(again.pid).not.toBe(holder.pid);
});

test('the same process is refused a second time, and the first keeps its lock', async () => {
  await using folder = await makeTemporaryFolder();
  const path = folder.path('signalbox.db');
  await using store = await openSqliteStore({ path });
  await expect(openSqliteStore({ path })).rejects.toMatchObject({ code: 'store_locked' });
  await expect(openSqliteStore({ path })).rejects.toMatchObject({ code: 'store_locked' });
  await expect(startHolder(path)).rejects.toThrow('store_locked');
  expect(store.health()).toEqual({ status: 'ok' });
});

test('a store in use is not restored over', async () => {
  await using folder = await makeTemporaryFolder();
  const path = folder.path('signalbox.db');
  await using store = await openSqliteStore({ path });
  await store.database.migrate('notes', [{ id: 1, name: 'notes', sql: 'create table notes (id text)' }]);
  await store.database.backup(folder.path('backup.db'));
  await expect(restoreStore({ from: folder.path('backup.db'), to: path })).rejects.toMatchObject({
    code: 'store_locked',
  });
});

async function startHolder(path: string): Promise<Holder> {
  const script = fileURLToPath(new URL('./lock-holder.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@signalbox/source', script, path]);
  const closed = once(child, 'close');
  const complaints: string[] = [];
  child.stderr.on('data', (text: Buffer) => complaints.push(text.toString()));
  const isOpen = await Promise.race([once(child.stdout, 'data').then(() => true), closed.then(() => false)]);
  if (!isOpen) throw new TypeError(complaints.join(''));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await closed;
  };
  const closeOrderly = async (): Promise<void> => {
    child.stdin.end('close');
    await closed;
  };
  return { pid: child.pid, kill, closeOrderly, [Symbol.asyncDispose]: kill };
}
