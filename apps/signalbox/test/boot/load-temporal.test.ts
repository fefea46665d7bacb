import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadTemporal } from '../../src/boot/load-temporal.ts';
import { openSettings } from '../../src/boot/open-settings.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-load-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Where the app would stand beside a room of this source. */
function appBeside(source: string | undefined): string {
  const room = join(folder, 'extensions/engine-temporal/src');
  mkdirSync(room, { recursive: true });
  if (source !== undefined) writeFileSync(join(room, 'index.ts'), source);
  return pathToFileURL(join(folder, 'apps/signalbox/src/boot/load-temporal.ts')).href;
}

const howTo = { code: 'unsupported', message: expect.stringContaining('install.mjs') as unknown };

test('a hub that is to use Temporal says what to run where that is not there', async () => {
  await expect(loadTemporal(appBeside(undefined))).rejects.toMatchObject(howTo);
});

test('it says so, too, where only the room is there and not what it needs', async () => {
  await expect(loadTemporal(appBeside("import 'a-package-nobody-has';\n"))).rejects.toMatchObject(howTo);
});

test('what is there and is no extension is not taken for one', async () => {
  await expect(loadTemporal(appBeside('export default 1;\n'))).rejects.toMatchObject(howTo);
});

test('a mistake in it is not called missing', async () => {
  await expect(loadTemporal(appBeside("throw new TypeError('broken');\n"))).rejects.toThrow('broken');
});

test('the hub itself carries runs out unless the settings say otherwise', async () => {
  const path = join(folder, 'signalbox.yaml');
  writeFileSync(path, `dataDir: ${folder}\n`);
  const { extensions } = await openSettings({ configPath: path, env: {} });
  expect(extensions.find(({ name }) => name === 'engine')?.description).toContain('in this process');
});
