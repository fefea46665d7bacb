import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { HubClues } from './hub-location.ts';

/** The settings file in force: the one given, else the nearest `signalbox.yaml` upward; undefined when none. */
export function findConfig(clues: Pick<HubClues, 'config' | 'env' | 'cwd'>): string | undefined {
  const given = clues.config ?? clues.env['SIGNALBOX_CONFIG'];
  if (given !== undefined && given !== '') return resolve(clues.cwd, given);
  let folder = resolve(clues.cwd);
  for (;;) {
    const path = join(folder, 'signalbox.yaml');
    if (existsSync(path)) return path;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}
