import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectCode } from '@signalbox/sdk/expect-code';
import { afterAll, expect, test } from 'vitest';
import { openDataFolder } from '../../src/access/data-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'signalbox-folder-'));
let count = 0;
const fresh = (): string => join(root, String(count++));
const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a data folder that is not there is made for its owner alone', () => {
  const path = join(fresh(), 'below');
  openDataFolder(path);
  expect(modeOf(path)).toBe('700');
});

test.each([0o755, 0o770, 0o701, 0o777])('a data folder of mode %o is closed to others', (mode) => {
  const path = fresh();
  mkdirSync(path);
  chmodSync(path, mode);
  openDataFolder(path);
  expect(modeOf(path)).toBe('700');
});

test.each([
  ['a file', 'EEXIST', (path: string) => writeFileSync(path, ''), ''],
  ['below a file', 'ENOTDIR', (path: string) => writeFileSync(path, ''), 'below'],
  ['a dangling link', 'ENOENT', (path: string) => symlinkSync('/no/such/folder', path), ''],
])('a data folder that is %s cannot be made', (_what, code, prepare, rest) => {
  const path = fresh();
  prepare(path);
  const wanted = join(path, rest);
  expect(expectCode('invalid_settings', () => openDataFolder(wanted)).message).toBe(
    `the data folder ${wanted} cannot be made (${code}); set dataDir to a folder, or remove what is in its place`,
  );
});

test('a folder that all of the machine shares is refused, and stays as it is', () => {
  const path = fresh();
  mkdirSync(path);
  chmodSync(path, 0o1777);
  expect(expectCode('invalid_settings', () => openDataFolder(path)).message).toBe(
    `the data folder ${path} is shared by all of this machine; set dataDir to a folder below it`,
  );
  expect(modeOf(path)).toBe('1777');
});

const isRoot = process.getuid?.() === 0;

test.runIf(isRoot)('an open folder of somebody else is refused', () => {
  const path = fresh();
  mkdirSync(path);
  chmodSync(path, 0o777);
  chmodSync(root, 0o755);
  chownSync(path, 4_321, 4_321);
  process.seteuid?.(1_234);
  try {
    expect(expectCode('invalid_settings', () => openDataFolder(path)).message).toBe(
      `the data folder ${path} is open to others and belongs to somebody else; set dataDir to a folder of your own`,
    );
  } finally {
    process.seteuid?.(0);
  }
});
