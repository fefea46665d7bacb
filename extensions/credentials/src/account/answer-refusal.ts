import type { UpstreamRefusal } from '@signalbox/sdk';
import { discover } from '../oauth/discover.ts';
import { type ReadChallenge, readChallenge } from '../oauth/read-challenge.ts';
import type { Account } from './account.ts';
import type { AccountRecord, Challenge } from './account-record.ts';

/** A refusal, and the version of the account the request was signed with. */
export interface Refused {
  readonly refusal: UpstreamRefusal;
  /** Absent when the request showed nothing. */
  readonly shown: string | undefined;
}

/** Makes a refusal good where it can be. Errors: `upstream_login_needed`, `upstream_*`. */
export async function answerRefusal(account: Account, { refusal, shown }: Refused): Promise<boolean> {
  if (account.parts.context.upstream.credentials.mode === 'none') return false;
  const challenge = readChallenge(refusal);
  const record = await account.load();
  // Somebody else has got other tokens meanwhile.
  if (record && account.isFresh(record) && record.version !== shown) return true;
  if (refusal.status === 403) return addScopes(account, record, challenge);
  if (!record || record.state !== 'connected') return signIn(account, record, challenge);
  // The nonce has been taken from the answer (RFC 9449 §9).
  if (challenge.error === 'use_dpop_nonce') return true;
  return replaceRefused(account, record, challenge);
}

/** A token that should be good was refused: it was taken back, or the upstream has moved to another server. */
async function replaceRefused(
  account: Account,
  record: AccountRecord,
  challenge: ReadChallenge,
): Promise<boolean> {
  const context = account.parts.context;
  if (account.isRefusedAgain(record)) return false;
  if (context.upstream.credentials.grant === 'code') {
    const place = await discover(context, toChallenge(record.challenge, challenge));
    if (place.issuer !== record.issuer) {
      await account.end(record);
      throw await account.parts.loginNeeded('its authorization server is another now');
    }
  }
  await account.renew(record.version);
  if (account.record?.state === 'connected') return account.noteReplaced(account.record);
  throw await account.parts.loginNeeded('its sign-in is over');
}

/** RFC 6750 §3.1: the token is good and not enough. What was asked for already is not asked for again. */
async function addScopes(
  account: Account,
  record: AccountRecord | undefined,
  challenge: ReadChallenge,
): Promise<boolean> {
  if (record?.state !== 'connected' || challenge.error !== 'insufficient_scope') return false;
  if (challenge.scopes.every((scope) => record.scopes.includes(scope))) return false;
  const kept = await remember(account, record, challenge);
  if (account.parts.context.upstream.credentials.grant === 'code')
    throw await account.parts.loginNeeded('it has to allow more');
  if (kept) await account.renew(kept.version);
  return true;
}

/** Nothing was shown that counts. */
async function signIn(
  account: Account,
  record: AccountRecord | undefined,
  challenge: ReadChallenge,
): Promise<boolean> {
  const context = account.parts.context;
  if (!challenge.isOAuth && !(await offersSignIn(account))) return false;
  const kept = await remember(account, record, challenge);
  if (context.upstream.credentials.grant === 'code')
    throw await account.parts.loginNeeded(
      record?.state === 'needs_reconnect' ? 'its sign-in is over' : 'nobody has connected it yet',
    );
  if (kept) await account.renew(kept.version);
  return account.record?.state === 'connected';
}

/** Whether an upstream that refuses without a challenge has an authorization server all the same. */
async function offersSignIn(account: Account): Promise<boolean> {
  const place = await discover(account.parts.context, undefined);
  return place.metadata !== undefined || place.resource !== '';
}

/** Keeps what the upstream wants, for the next sign-in, on whatever node. */
async function remember(
  account: Account,
  record: AccountRecord | undefined,
  read: ReadChallenge,
): Promise<AccountRecord | undefined> {
  const { store, key, context } = account.parts;
  const challenge = toChallenge(record?.challenge, read);
  if (record && JSON.stringify(record.challenge) === JSON.stringify(challenge)) return record;
  const { urlHash } = context;
  const empty = { key, urlHash, issuer: '', resource: '', state: 'none', scopes: [], challenge } as const;
  const kept = record
    ? await store.replace(record.version, { ...record, challenge })
    : await store.add(empty);
  await account.adopt(kept ?? (await store.find(key)));
  return account.record;
}

function toChallenge(before: Challenge | undefined, read: ReadChallenge): Challenge {
  const resourceMetadata = read.resourceMetadata ?? before?.resourceMetadata;
  const scopes = [...new Set([...(before?.scopes ?? []), ...read.scopes])].slice(0, 100);
  return {
    ...(resourceMetadata === undefined ? {} : { resourceMetadata }),
    ...(scopes.length > 0 ? { scopes } : {}),
  };
}
