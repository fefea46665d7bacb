import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SignalboxError } from '@signalbox/sdk';
import { z } from 'zod';
import { writeAtomic } from '../clients/write-atomic.ts';
import type { HubClues } from '../hub/hub-location.ts';

const savedToken = z.object({
  issuer: z.string(),
  tokenEndpoint: z.string(),
  revocationEndpoint: z.string().optional(),
  access: z.string(),
  refresh: z.string().optional(),
  /** UTC milliseconds. */
  expiresAt: z.number(),
});
const file = z.record(z.string(), savedToken);

/** What a sign-in to one hub has given. */
export type SavedToken = z.output<typeof savedToken>;

const lockTries = 100;
const lockWaitMs = 100;
const lockStaleMs = 30_000;

/** The file with the tokens of this user's sign-ins; nobody else can read it. */
export function tokenFilePath({ env, home }: Pick<HubClues, 'env' | 'home'>): string {
  const base = env['XDG_CONFIG_HOME'];
  return join(base === undefined || base === '' ? join(home, '.config') : base, 'signalbox', 'sign-ins.json');
}

/** The tokens for a hub; undefined when this user is not signed in there. Errors: `invalid_settings`. */
export async function readToken(path: string, url: string): Promise<SavedToken | undefined> {
  return (await readAll(path))[keyOf(url)];
}

/** Keeps the tokens for a hub, or forgets them. Call it within {@link withTokenLock}. */
export async function writeToken(path: string, url: string, token: SavedToken | undefined): Promise<void> {
  const { [keyOf(url)]: _before, ...others } = await readAll(path);
  const all = token === undefined ? others : { ...others, [keyOf(url)]: token };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeAtomic(path, `${JSON.stringify(all, null, 2)}\n`);
}

/** Lets one process at a time renew: a refresh token is good once, and two at once would look like a thief. Errors: `overloaded`. */
export async function withTokenLock<Result>(path: string, action: () => Promise<Result>): Promise<Result> {
  const lock = `${path}.lock`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  for (let tries = 0; tries < lockTries; tries++) {
    const handle = await open(lock, 'wx', 0o600).catch(() => undefined);
    if (handle === undefined) {
      await dropStale(lock);
      await wait(lockWaitMs);
      continue;
    }
    await handle.close();
    try {
      return await action();
    } finally {
      await rm(lock, { force: true });
    }
  }
  throw new SignalboxError('overloaded', `another command renews the sign-in; delete ${lock} if none runs`);
}

async function dropStale(lock: string): Promise<void> {
  const found = await stat(lock).catch(() => undefined);
  if (found && Date.now() - found.mtimeMs > lockStaleMs) await rm(lock, { force: true });
}

async function readAll(path: string): Promise<z.output<typeof file>> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  try {
    return file.parse(JSON.parse(text));
  } catch (cause) {
    throw new SignalboxError('invalid_settings', `the file ${path} is damaged; delete it and sign in again`, {
      cause,
    });
  }
}

function keyOf(url: string): string {
  return url.replace(/\/+$/, '');
}
