import { SignalboxError } from '@signalbox/sdk';
import { z } from 'zod';
import type { SavedToken } from './saved-tokens.ts';

/** The client every hub knows the command line by. */
export const cliClient = 'signalbox-cli';

const granted = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().positive(),
});
const failed = z.object({ error: z.string(), error_description: z.string().optional() });
const timeoutMs = 30_000;

/** What a token endpoint has said: tokens, or why not (RFC 6749 §5). */
export type TokenOutcome =
  | { readonly token: Pick<SavedToken, 'access' | 'refresh' | 'expiresAt'> }
  | { readonly error: string; readonly text: string };

/** Asks a token endpoint. Errors: `hub_unreachable`. */
export async function requestToken(endpoint: string, fields: Record<string, string>): Promise<TokenOutcome> {
  const answer = await postForm(endpoint, { client_id: cliClient, ...fields });
  const good = granted.safeParse(answer);
  if (good.success) {
    const { access_token: access, refresh_token: refresh, expires_in: seconds } = good.data;
    const expiresAt = Date.now() + seconds * 1000;
    return { token: { access, expiresAt, ...(refresh === undefined ? {} : { refresh }) } };
  }
  const { error, error_description: text = error } = failed.parse(answer);
  return { error, text };
}

/** Posts a form and reads the JSON it is answered with. Errors: `hub_unreachable`. */
export async function postForm(endpoint: string, fields: Record<string, string>): Promise<unknown> {
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(fields).toString(),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    return text === '' ? {} : JSON.parse(text);
  } catch (cause) {
    throw new SignalboxError('hub_unreachable', `${endpoint} does not answer as a sign-in does; try again`, {
      cause,
    });
  }
}
