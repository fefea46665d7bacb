import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { isJsonObject, SignalboxError } from '@signalbox/sdk';
import { findConfig } from './find-config.ts';
import { findDataDir } from './find-data-dir.ts';
import type { HubClues } from './hub-location.ts';

/**
 * The store file of the hub meant, for work on it while no hub runs.
 * Errors: `unsupported` for a store that is no file, `invalid_settings`.
 */
export async function offlineStorePath(clues: HubClues): Promise<string> {
  const { openSettings } = await import('../boot/open-settings.ts');
  const configPath = findConfig(clues);
  const { settings } = await openSettings({
    ...(configPath === undefined ? {} : { configPath }),
    env: clues.env,
  });
  if (settings.core.store.driver !== 'sqlite') {
    throw new SignalboxError(
      'unsupported',
      'the store is PostgreSQL; use its own tools (pg_dump, pg_restore)',
    );
  }
  const dataDir = configPath === undefined ? await findDataDir(clues) : settings.dataDir;
  const section = settings.sections['store-sqlite'];
  const path =
    isJsonObject(section) && typeof section['path'] === 'string' ? section['path'] : 'signalbox.db';
  return isAbsolute(path) ? path : resolve(dataDir, path);
}

/** The same for a store that must be there. Errors: `not_found`. */
export async function existingStorePath(clues: HubClues): Promise<string> {
  const path = await offlineStorePath(clues);
  if (existsSync(path)) return path;
  throw new SignalboxError(
    'not_found',
    `there is no store at "${path}"; check --config, or start the hub once`,
  );
}
