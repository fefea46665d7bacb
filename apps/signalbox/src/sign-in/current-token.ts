import type { HubClues } from '../hub/hub-location.ts';
import { readToken, type SavedToken, tokenFilePath, withTokenLock, writeToken } from './saved-tokens.ts';
import { requestToken } from './token-request.ts';

const earlyMs = 30_000;

/** The access token of this user for a hub, renewed when it is about to end; undefined when they are not signed in there. */
export async function currentToken(clues: HubClues, url: string): Promise<string | undefined> {
  const path = tokenFilePath(clues);
  const known = await readToken(path, url);
  if (known === undefined || isGood(known)) return known?.access;
  return withTokenLock(path, async () => {
    // Another command may have renewed it while this one waited.
    const saved = await readToken(path, url);
    if (saved === undefined || isGood(saved)) return saved?.access;
    const renewed = await renew(saved);
    await writeToken(path, url, renewed);
    return renewed?.access;
  });
}

function isGood({ expiresAt }: SavedToken): boolean {
  return expiresAt - Date.now() > earlyMs;
}

/** Undefined when the sign-in is over; what cannot be asked now is thrown, and kept for later. */
async function renew(saved: SavedToken): Promise<SavedToken | undefined> {
  if (saved.refresh === undefined) return undefined;
  const outcome = await requestToken(saved.tokenEndpoint, {
    grant_type: 'refresh_token',
    refresh_token: saved.refresh,
  });
  return 'token' in outcome ? { ...saved, ...outcome.token } : undefined;
}
