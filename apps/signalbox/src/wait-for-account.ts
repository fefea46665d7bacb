import { setTimeout as pause } from 'node:timers/promises';
import { getUpstreamAccounts, type UpstreamAccountState } from '@signalbox/api';
import type { Client } from '@signalbox/client';
import { SignalboxError } from '@signalbox/sdk';

const pollEveryMs = 500;
const longestMs = 10 * 60_000;

/** Which account is looked at. */
export interface WatchedAccount {
  readonly name: string;
  readonly whose: 'own' | 'organization';
}

/** How an account at an upstream is now. */
export async function readAccount(
  client: Client,
  { name, whose }: WatchedAccount,
  signal: AbortSignal,
): Promise<UpstreamAccountState> {
  return (await client.request(getUpstreamAccounts, { params: { name } }, { signal }))[whose];
}

/** Resolves when an account has been connected since; as long as its link is good. Errors: `timeout`. */
export async function waitForAccount(
  client: Client,
  account: WatchedAccount,
  { before, signal }: { readonly before: UpstreamAccountState; readonly signal: AbortSignal },
): Promise<UpstreamAccountState> {
  const endsAt = Date.now() + longestMs;
  while (Date.now() < endsAt) {
    const now = await readAccount(client, account, signal);
    if (now.state === 'connected' && now.changedAt !== before.changedAt) return now;
    await pause(pollEveryMs, undefined, { signal });
  }
  throw new SignalboxError(
    'timeout',
    `nobody has connected the account within ${longestMs / 60_000} minutes; run the command again`,
  );
}
