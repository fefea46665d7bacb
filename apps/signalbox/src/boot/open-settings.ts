import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadSettings, readSettingsFile, type Settings } from '@signalbox/kernel';
import { type Extension, isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { builtinExtensions, type Drivers } from './builtins.ts';
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
  const extensions = [...(await builtinExtensions(readDrivers(written, env))), ...own];
  const settings = loadSettings({
    ...(configPath === undefined ? {} : { path: configPath }),
    env: overridden,
    extensions,
  });
  return { settings, extensions };
}

/** Which drivers are meant must be known before their settings can be checked. */
function readDrivers({ store, engine }: JsonObject, env: SettingsRequest['env']): Drivers {
  const storeDriver = env['SIGNALBOX_STORE__DRIVER'] ?? driverIn(store);
  const engineDriver = env['SIGNALBOX_ENGINE__DRIVER'] ?? driverIn(engine);
  return {
    store: storeDriver === 'postgres' ? 'postgres' : 'sqlite',
    engine: engineDriver === 'temporal' ? 'temporal' : 'embedded',
  };
}

function driverIn(section: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(section) ? section['driver'] : undefined;
}

function userDataDir(env: SettingsRequest['env']): string {
  const base = env['XDG_DATA_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.local', 'share') : base, 'signalbox');
}
