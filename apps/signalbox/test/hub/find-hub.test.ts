import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findHub, findHubUrl } from '../../src/hub/find-hub.ts';
import { proveWith, startStranger } from '../support/stranger.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'signalbox-find-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function runHub(dataDir: string, url: string, key?: string): void {
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(join(dataDir, 'hub.json'), JSON.stringify({ url, pid: 1, startedAt: 1, version: '1' }));
  if (key !== undefined) writeFileSync(join(dataDir, 'owner.key'), `${key}\n`);
}

function point(dataDir: string): void {
  const folder = join(root, 'home', '.local', 'state', 'signalbox');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'current.json'), JSON.stringify({ url: 'http://127.0.0.1:1', dataDir, pid: 1 }));
}

const clues = (more: object = {}) => ({ env: {}, cwd: root, home: join(root, 'home'), ...more });

test('the nearest settings file upward leads to its data folder and the key in it', async () => {
  writeFileSync(join(root, 'signalbox.yaml'), 'dataDir: state\n');
  await using hub = await startStranger(proveWith('key-1'));
  runHub(join(root, 'state'), hub.url, 'key-1');
  const below = join(root, 'a', 'b');
  mkdirSync(below, { recursive: true });
  expect(await findHub(clues({ cwd: below }))).toEqual({ url: hub.url, key: 'key-1' });
});

test('the data folder may come from a default, a variable, or the environment', async () => {
  writeFileSync(join(root, 'signalbox.yaml'), 'http: {}\n');
  runHub(join(root, '.signalbox'), 'http://127.0.0.1:7001');
  expect(await findHub(clues())).toEqual({ url: 'http://127.0.0.1:7001' });
  writeFileSync(join(root, 'signalbox.yaml'), 'dataDir: ${env:WHERE:-other}/data\n');
  runHub(join(root, 'x', 'data'), 'http://127.0.0.1:7002');
  expect(await findHub(clues({ env: { WHERE: 'x' } }))).toEqual({ url: 'http://127.0.0.1:7002' });
  runHub(join(root, 'y'), 'http://127.0.0.1:7003');
  expect(await findHub(clues({ env: { SIGNALBOX_DATA_DIR: 'y' } }))).toEqual({
    url: 'http://127.0.0.1:7003',
  });
});

test('without a settings file the hub this user started last is meant', async () => {
  await using hub = await startStranger(proveWith('key-4'));
  runHub(join(root, 'd'), hub.url, 'key-4');
  point(join(root, 'd'));
  expect(await findHub(clues())).toEqual({ url: hub.url, key: 'key-4' });
});

test('a settings file whose hub does not run never leads to another hub', async () => {
  runHub(join(root, 'd'), 'http://127.0.0.1:7004', 'key-4');
  point(join(root, 'd'));
  writeFileSync(join(root, 'signalbox.yaml'), '');
  await expect(findHub(clues())).rejects.toMatchObject({ code: 'hub_unreachable' });
});

test('a hub that is gone leaves its address, and nothing is sent there', async () => {
  const hub = await startStranger(proveWith('key-4'));
  await hub[Symbol.asyncDispose]();
  runHub(join(root, 'd'), hub.url, 'key-4');
  point(join(root, 'd'));
  await expect(findHub(clues())).rejects.toMatchObject({
    code: 'hub_unreachable',
    message: `no hub answers at ${hub.url}; start one with "signalbox up" or name another with --url`,
  });
  expect(await findHubUrl(clues())).toBe(hub.url);
});

test('a key found beside a hub goes to that hub only', async () => {
  await using hub = await startStranger(proveWith('key-4'));
  runHub(join(root, 'd'), hub.url, 'key-4');
  point(join(root, 'd'));
  expect(await findHub(clues({ url: `${hub.url}/` }))).toEqual({ url: `${hub.url}/`, key: 'key-4' });
  expect(await findHub(clues({ url: 'http://evil.example:7004' }))).toEqual({
    url: 'http://evil.example:7004',
  });
  expect(await findHub(clues({ env: { SIGNALBOX_URL: 'http://evil.example' } }))).toEqual({
    url: 'http://evil.example',
  });
});

test('a key given wins, from a file before the environment', async () => {
  writeFileSync(join(root, 'k'), ' given \n');
  const env = { SIGNALBOX_URL: 'http://127.0.0.1:1', SIGNALBOX_KEY: 'from-env' };
  expect(await findHub(clues({ env }))).toEqual({ url: 'http://127.0.0.1:1', key: 'from-env' });
  expect(await findHub(clues({ env, keyFile: 'k' }))).toEqual({ url: 'http://127.0.0.1:1', key: 'given' });
});

test.each([['{"url":'], ['{"url":"javascript:x"}'], ['[]']])(
  'a hub.json that says %s is no hub',
  async (text) => {
    mkdirSync(join(root, 'd'));
    writeFileSync(join(root, 'd', 'hub.json'), text);
    point(join(root, 'd'));
    await expect(findHub(clues())).rejects.toMatchObject({ code: 'hub_unreachable' });
  },
);
