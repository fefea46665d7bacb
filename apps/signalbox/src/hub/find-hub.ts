import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SignalboxError } from '@signalbox/sdk';
import { currentToken } from '../sign-in/current-token.ts';
import { findDataDir } from './find-data-dir.ts';
import { readHubFile } from './hub-file.ts';
import type { HubClues, HubLocation } from './hub-location.ts';
import { proveHub } from './prove-hub.ts';

/**
 * Finds the hub: the address given, else the hub of the settings file given or nearest upward, else the one this user
 * started last. A key goes to an address as given only when both were given; else the hub must first prove that it
 * holds the owner key of the data folder, which it is not shown. Where there is no key, a sign-in (`login`) counts.
 * Errors: `hub_unreachable` when none is known or what answers is another, `usage` for a key file that cannot be read.
 */
export async function findHub(clues: HubClues): Promise<HubLocation> {
  const givenKey = await readGivenKey(clues);
  const { url, isGiven, dataDir } = await findAddress(clues);
  if (isGiven && givenKey !== undefined) return { url, key: givenKey };
  const ownerKey = dataDir === undefined ? undefined : await readOwnerKey(dataDir);
  const key = givenKey ?? ownerKey;
  if (key === undefined) {
    const token = await currentToken(clues, url);
    return token === undefined ? { url } : { url, key: token };
  }
  await proveHub(url, ownerKey ?? key);
  return { url, key };
}

/** Where the hub is or was last, for work that sends nothing there. Errors: `hub_unreachable` when none is known. */
export async function findHubUrl(clues: HubClues): Promise<string> {
  return (await findAddress(clues)).url;
}

interface FoundAddress {
  readonly url: string;
  /** True when it was named, and not found in a data folder. */
  readonly isGiven: boolean;
  /** The data folder of the hub that was last there; undefined for an address we know nothing of. */
  readonly dataDir: string | undefined;
}

async function findAddress(clues: HubClues): Promise<FoundAddress> {
  const url = clues.url ?? clues.env['SIGNALBOX_URL'];
  const dataDir = await findDataDir(clues).catch((error: unknown) => {
    if (url !== undefined) return undefined;
    throw error;
  });
  const running = dataDir === undefined ? undefined : await readHubFile(dataDir);
  if (url !== undefined) {
    const isOwn = running !== undefined && isSameAddress(running.url, url);
    return { url, isGiven: true, dataDir: isOwn ? dataDir : undefined };
  }
  if (!running) throw nothingRuns(dataDir);
  return { url: running.url, isGiven: false, dataDir };
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
