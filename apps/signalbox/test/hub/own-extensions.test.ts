import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectRejection } from '@signalbox/sdk/expect-code';
import { afterEach, expect, test } from 'vitest';
import { openSettings } from '../../src/boot/open-settings.ts';

const example = fileURLToPath(new URL('../../../../examples/own-tool/signalbox.yaml', import.meta.url));
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A settings file that names one extension file with this text. */
function withExtension(text: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-own-'));
  folders.push(folder);
  writeFileSync(join(folder, 'signalbox.yaml'), 'extensions: [./own.mjs]\n');
  if (text !== undefined) writeFileSync(join(folder, 'own.mjs'), text);
  return join(folder, 'signalbox.yaml');
}

test('the example is loaded, and its own settings are checked', async () => {
  const { settings, extensions } = await openSettings({ configPath: example, env: {} });
  expect(extensions.map(({ name }) => name)).toContain('weather');
  expect(settings.sections['weather']).toEqual({ city: 'Chisinau' });
  const wrong = { configPath: example, env: { SIGNALBOX_WEATHER__CITI: 'Cahul' } };
  const error = await expectRejection('invalid_settings', openSettings(wrong));
  expect(error.message).toMatch(/did you mean weather\.city/);
});

test.each([
  ['a file that is not there', undefined, /cannot be loaded/],
  ['a file that is no JavaScript', 'export default {', /cannot be loaded/],
  ['a file that throws', 'throw new Error("no luck")', /cannot be loaded: no luck/],
  ['a file without a default export', 'export const name = "own";', /is no extension/],
  ['a default export that is no extension', 'export default { name: "own" };', /is no extension/],
])('%s stops the start with what to do', async (_what, text, message) => {
  const error = await expectRejection(
    'extension_failed',
    openSettings({ configPath: withExtension(text), env: {} }),
  );
  expect(error.message).toMatch(message);
});
