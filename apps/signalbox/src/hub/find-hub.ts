import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SignalboxError } from '@signalbox/sdk';
import { findDataDir } from './find-data-dir.ts';
import { readHubFile } from './hub-file.ts';
import type { HubClues, HubLocation } from './hub-location.ts';

/**
 * Finds the hub: the address given, else the hub of the settings file given or nearest upward, else the one this user
 * started last. A key found beside a hub goes to that hub's own address only.
 * Errors: `hub_unreachable` when none is known, `usage` for a key file that cannot be read.
 */
export async function findHub(clues: HubClues): Promise<HubLocation> {
  const url = clues.url ?? clues.env['SIGNALBOX_URL'];
  const givenKey = await readGivenKey(clues);
  const dataDir = await findDataDir(clues).catch((error: unknown) => {
    if (url !== undefined) return undefined;
    throw error;
  });
  const running = dataDir === undefined ? undefined : await readHubFile(dataDir);
  if (url === undefined && !running) throw nothingRuns(dataDir);
  const address = url ?? running?.url ?? '';
  const isOwn = running !== undefined && isSameAddress(running.url, address);
  const key = givenKey ?? (isOwn && dataDir !== undefined ? await readOwnerKey(dataDir) : undefined);
  return { url: address, ...(key === undefined ? {} : { key }) };
}

async function readGivenKey(clues: HubClues): Promise<string | undefined> {
  const path = clues.keyFile ?? clues.env['SIGNALBOX_KEY_FILE'];
  if (path === undefined) return clues.env['SIGNALBOX_KEY'];
  try {
    return (await readFile(resolve(clues.cwd, path), 'utf8')).trim();
  } catch (cause) {
    throw new SignalboxError(
      'usage',
      `the key file "${path}" cannot be read; check the path and its permissions`,
      {
        cause,
      },
    );
  }
}

async function readOwnerKey(dataDir: string): Promise<string | undefined> {
  const text = await readFile(join(dataDir, 'owner.key'), 'utf8').catch(() => undefined);
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

function isSameAddress(a: string, b: string): boolean {
  const [first, second] = [URL.parse(a), URL.parse(b)];
  return first !== null && second !== null && first.origin === second.origin;
}

function nothingRuns(dataDir: string | undefined): SignalboxError {
  const where = dataDir === undefined ? 'no hub runs for this user' : `no hub runs in "${dataDir}"`;
  return new SignalboxError(
    'hub_unreachable',
    `${where}; start one with "signalbox up" or name one with --url`,
  );
}
