import { chmod, constants, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Before } from './undo-text.ts';

const mark = '.signalbox-backup-';
const absent = '.absent';

/** Keeps what a file is now beside it, before it is written; for a file that is not there, the note that it was not. */
export async function keepBackup(path: string, isThere: boolean, nowMs: number): Promise<string> {
  const time = new Date(nowMs).toISOString().replaceAll(/[-:.]/g, '');
  const backup = `${path}${mark}${time}${isThere ? '' : absent}`;
  if (!isThere) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(backup, '', { flag: 'wx', mode: 0o600 });
    return backup;
  }
  await copyFile(path, backup, constants.COPYFILE_EXCL);
  await chmod(backup, 0o600);
  return backup;
}

/** One backup with what it says. */
export interface Backup {
  readonly path: string;
  readonly before: Exclude<Before, 'unknown'>;
}

/** The backups of a file, newest first. */
export async function readBackups(path: string): Promise<Backup[]> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  const own = names
    .filter((name) => name.startsWith(basename(path) + mark))
    .toSorted()
    .toReversed();
  return Promise.all(
    own.map(async (name): Promise<Backup> => {
      const at = join(folder, name);
      return { path: at, before: name.endsWith(absent) ? 'no-file' : { text: await readFile(at, 'utf8') } };
    }),
  );
}
