import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isJsonObject, SignalboxError } from '@signalbox/sdk';
import { findConfig } from './find-config.ts';
import { readPointer } from './hub-file.ts';
import type { HubClues } from './hub-location.ts';

/**
 * The data folder of the hub meant: that of the settings file in force, else that of the hub this user started last.
 * Reads one setting only, so that a command need not load the whole hub.
 * Errors: `invalid_settings` for a file that cannot be read.
 */
export async function findDataDir(clues: Omit<HubClues, 'url' | 'keyFile'>): Promise<string> {
  const config = findConfig(clues);
  const fromEnvironment = clues.env['SIGNALBOX_DATA_DIR'] ?? clues.env['SIGNALBOX_DATADIR'];
  if (config === undefined) {
    if (fromEnvironment !== undefined) return resolve(clues.cwd, fromEnvironment);
    return (await readPointer(clues.env, clues.home)) ?? userDataDir(clues);
  }
  return resolve(dirname(config), fromEnvironment ?? (await readDataDir(config, clues.env)));
}

/** Where a hub without a settings file keeps its data. */
function userDataDir({ env, home }: Pick<HubClues, 'env' | 'home'>): string {
  const base = env['XDG_DATA_HOME'];
  return join(base === undefined || base === '' ? join(home, '.local', 'share') : base, 'signalbox');
}

async function readDataDir(path: string, env: HubClues['env']): Promise<string> {
  const { parse } = await import('yaml');
  let settings: unknown;
  try {
    settings = parse(await readFile(path, 'utf8'), { maxAliasCount: 100 });
  } catch (cause) {
    throw new SignalboxError(
      'invalid_settings',
      `the settings file ${path} cannot be read; see "signalbox config check"`,
      {
        cause,
      },
    );
  }
  const given = isJsonObject(settings) ? settings['dataDir'] : undefined;
  if (typeof given !== 'string' || given === '') return '.signalbox';
  return given.replaceAll(
    /\$\{env:([^}:]*)(?::-([^}]*))?\}/g,
    (_, name: string, fallback?: string) => env[name] ?? fallback ?? '',
  );
}
