import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadSettings, readSettingsFile, type Settings } from '@signalbox/kernel';
import { type Extension, isJsonObject, type JsonObject } from '@signalbox/sdk';
import { builtinExtensions, type StoreDriver } from './builtins.ts';
import { loadOwnExtensions } from './load-own-extensions.ts';

/** Where settings come from, and what the command line says over them. */
export interface SettingsRequest {
  readonly configPath?: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly port?: number;
  readonly host?: string;
}

/** Settings with the extensions they are for. */
export interface OpenedSettings {
  readonly settings: Settings;
  readonly extensions: readonly Extension[];
}

/**
 * Reads the settings of a hub. Without a settings file, data lives in the user's own data folder.
 * Errors: `invalid_settings`.
 */
export async function openSettings({
  configPath,
  env,
  port,
  host,
}: SettingsRequest): Promise<OpenedSettings> {
  const overridden = {
    ...(configPath === undefined ? { SIGNALBOX_DATA_DIR: userDataDir(env) } : {}),
    ...env,
    ...(port === undefined ? {} : { SIGNALBOX_HTTP__PORT: String(port) }),
    ...(host === undefined ? {} : { SIGNALBOX_HTTP__HOST: JSON.stringify(host) }),
  };
  const written = configPath === undefined ? {} : readSettingsFile(configPath);
  const own = await loadOwnExtensions(written, dirname(configPath ?? '.'));
  const extensions = [...(await builtinExtensions(readDriver(written, env))), ...own];
  const settings = loadSettings({
    ...(configPath === undefined ? {} : { path: configPath }),
    env: overridden,
    extensions,
  });
  return { settings, extensions };
}

/** Which store is meant must be known before the settings of the stores can be checked. */
function readDriver(settings: JsonObject, env: SettingsRequest['env']): StoreDriver {
  const { store } = settings;
  const written = isJsonObject(store) ? store['driver'] : undefined;
  return (env['SIGNALBOX_STORE__DRIVER'] ?? written) === 'postgres' ? 'postgres' : 'sqlite';
}

function userDataDir(env: SettingsRequest['env']): string {
  const base = env['XDG_DATA_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.local', 'share') : base, 'signalbox');
}
