import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineExtension, type Extension, upstreamDefinition, upstreamName } from '@signalbox/sdk';
import { expectCode } from '@signalbox/sdk/expect-code';
import { z } from 'zod';
import { loadSettings, type Settings } from '../../src/index.ts';

/** An extension whose section is shaped like that of the gateway. */
export const gatewayLike: Extension = defineExtension({
  name: 'gateway',
  description: 'Upstreams for tests',
  config: z.strictObject({ upstreams: z.record(upstreamName, upstreamDefinition).default({}) }),
  setup: () => undefined,
});

/** What settings are loaded with besides their text. */
export interface LoadOptions {
  readonly env?: { readonly [name: string]: string };
  readonly extensions?: readonly Extension[];
  /** Files beside signalbox.yaml. */
  readonly files?: { readonly [name: string]: string };
}

/** Loads a settings text from a folder of its own; `inFolder` runs while the folder is there. */
export function load<Result = Settings>(
  text: string,
  options: LoadOptions = {},
  inFolder: (read: () => Settings, folder: string) => Result = (read) => read() as Result,
): Result {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-settings-'));
  try {
    for (const [name, content] of Object.entries(options.files ?? {}))
      writeFileSync(join(folder, name), content);
    const path = join(folder, 'signalbox.yaml');
    writeFileSync(path, text);
    const { env = {}, extensions = [gatewayLike] } = options;
    return inFolder(() => loadSettings({ path, env, extensions }), folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Loads settings that must be refused; gives each problem as `path: message – hint`. */
export function problemsOf(text: string, options: LoadOptions = {}): string[] {
  const error = load(text, options, (read) => expectCode('invalid_settings', read));
  const details = error.details as unknown as { path: string; message: string; hint: string }[];
  return details.map(({ path, message, hint }) => `${path}: ${message}${hint ? ` – ${hint}` : ''}`);
}
