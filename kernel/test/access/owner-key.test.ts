import { execFile } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expectCode, expectRejection } from '@signalbox/sdk/expect-code';
import { startTestHub } from '@signalbox/testkit';
import { afterAll, describe, expect, test } from 'vitest';
import { markOwnerKeyShown, openOwnerKey } from '../../src/access/owner-key.ts';

const root = mkdtempSync(join(tmpdir(), 'signalbox-key-'));
let count = 0;
const fresh = (): string => join(root, String(count++));
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the owner key', () => {
  test('is minted once, for its owner alone, and then found again; it is new until it was shown', () => {
    const folder = fresh();
    const first = openOwnerKey(folder);
    expect(first).toEqual({ text: first.text, path: join(folder, 'owner.key'), isNew: true });
    expect(first.text).toMatch(/^sbx_owner_[0-9a-f]{8}_[0-9a-f]{40}_[0-9a-f]{8}$/);
    expect([modeOf(folder), modeOf(first.path), readFileSync(first.path, 'utf8')]).toEqual([
      '700',
      '600',
      `${first.text}\n`,
    ]);
    expect(openOwnerKey(folder)).toEqual(first);
    expect(readdirSync(folder)).toEqual(['owner.key']);
    markOwnerKeyShown(first);
    markOwnerKeyShown(first);
    expect(openOwnerKey(folder)).toEqual({ ...first, isNew: false });
    expect(modeOf(join(folder, 'owner.shown'))).toBe('600');
    expect(openOwnerKey(fresh()).text).not.toBe(first.text);
  });

  test.each([
    ['empty', () => ''],
    ['cut', (key: string) => key.slice(0, -1)],
    ['longer', (key: string) => `${key}0`],
    ['changed in one place', (key: string) => key.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
    [
      'changed in its secret',
      (key: string) => key.slice(0, 30) + (key[30] === 'a' ? 'b' : 'a') + key.slice(31),
    ],
    ['something else', () => 'password'],
  ])('that is %s is damaged, and the hub says so rather than mint another', (_what, damage) => {
    const folder = fresh();
    const { path, text } = openOwnerKey(folder);
    writeFileSync(path, damage(text));
    const error = expectCode('invalid_settings', () => openOwnerKey(folder));
    expect(error.message).toBe(
      `the owner key ${path} is damaged; delete it and start again to mint a new one`,
    );
    expect(error.message).not.toContain(text);
  });

  test.each([0o640, 0o604, 0o644, 0o660, 0o601])(
    'of mode %o can be read by others and is refused',
    (mode) => {
      const folder = fresh();
      const { path } = openOwnerKey(folder);
      chmodSync(path, mode);
      const error = expectCode('invalid_settings', () => openOwnerKey(folder));
      expect(error.message).toBe(`the owner key ${path} can be read by others; run "chmod 600 ${path}"`);
    },
  );

  test('that is a folder cannot be read', () => {
    const folder = fresh();
    mkdirSync(join(folder, 'owner.key'), { recursive: true });
    expect(expectCode('invalid_settings', () => openOwnerKey(folder)).message).toMatch(
      /cannot be read; check its owner/,
    );
  });

  test('that was deleted after it was shown is minted anew, and new again', () => {
    const folder = fresh();
    const first = openOwnerKey(folder);
    markOwnerKeyShown(first);
    rmSync(first.path);
    const second = openOwnerKey(folder);
    expect([second.isNew, second.text === first.text]).toEqual([true, false]);
  });

  test.each([
    ['a key', (target: string) => writeFileSync(target, readFileSync(openOwnerKey(fresh()).path))],
    ['nothing', () => undefined],
  ])('that is a symbolic link to %s is refused', (_what, prepare) => {
    const folder = fresh();
    const target = fresh();
    prepare(target);
    mkdirSync(folder, { mode: 0o700 });
    symlinkSync(target, join(folder, 'owner.key'));
    const error = expectCode('invalid_settings', () => openOwnerKey(folder));
    expect(error.message).toBe(
      `the owner key ${join(folder, 'owner.key')} is a symbolic link; put the key file itself there, or delete the link to mint a new one`,
    );
  });

  test('is the same for hubs that start at the same moment', async () => {
    const folder = fresh();
    const script = join(import.meta.dirname, '../support/print-owner-key.ts');
    const run = promisify(execFile);
    const startAt = String(Date.now() + 700);
    const starts = Array.from({ length: 4 }, () =>
      run(process.execPath, ['--conditions=@signalbox/source', script, folder, startAt]),
    );
    const keys = (await Promise.all(starts)).map(
      ({ stdout }) => JSON.parse(stdout) as { text: string; isNew: boolean },
    );
    expect(new Set(keys.map(({ text }) => text)).size).toBe(1);
    expect(readdirSync(folder)).toEqual(['owner.key']);
  });
});

describe('a hub', () => {
  test('tells of a new key once, and keeps it from its log', async () => {
    const dataDir = fresh();
    const first = await startTestHub({ extensions: [], dataDir });
    first.hub.log.info('a line', { key: first.key, cause: new Error(`with ${first.key}`) });
    expect([first.hub.ownerKey.isNew, first.logged().includes(first.key)]).toEqual([true, false]);
    await first.stop();
    markOwnerKeyShown(first.hub.ownerKey);
    const second = await startTestHub({ extensions: [], dataDir });
    expect([second.hub.ownerKey.isNew, second.key]).toEqual([false, first.key]);
    await second.stop();
  });

  test('does not start on a damaged key', async () => {
    const dataDir = fresh();
    const { path } = openOwnerKey(dataDir);
    writeFileSync(path, 'nonsense');
    await expectRejection('invalid_settings', startTestHub({ extensions: [], dataDir }));
  });
});
