import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finding, fail, ok, warn } from './finding.ts';

/** Checks that only the owner can read the data folder and the key in it. */
export async function checkFiles(dataDir: string, platform: string): Promise<Finding[]> {
  const folder = await modeOf(dataDir);
  if (folder === undefined) {
    return [warn('data folder', `${dataDir} is not there yet`, 'start the hub once with "signalbox up"')];
  }
  const key = join(dataDir, 'owner.key');
  const keyMode = await modeOf(key);
  return [
    checkMode('data folder', dataDir, { mode: folder, wanted: 0o700, platform }),
    keyMode === undefined
      ? warn('owner key', `${key} is not there yet`, 'start the hub once with "signalbox up"')
      : checkMode('owner key', key, { mode: keyMode, wanted: 0o600, platform }),
  ];
}

function checkMode(
  check: string,
  path: string,
  { mode, wanted, platform }: { mode: number; wanted: number; platform: string },
): Finding {
  if (platform === 'win32' || (mode & 0o077) === 0) return ok(check, path);
  const text = mode.toString(8).padStart(3, '0');
  return fail(
    check,
    `${path} has mode ${text} and others can read it`,
    `run "chmod ${wanted.toString(8)} ${path}"`,
  );
}

async function modeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ mode }) => mode & 0o777,
    () => undefined,
  );
}
