import type { IncomingMessage } from 'node:http';
import { isSignalboxError, type Person } from '@signalbox/sdk';
import { fromBrowser } from '../trail/trail.ts';
import type { FlowParts } from './flow-parts.ts';

/** Who signed in and how, or what to tell who did not. */
export type SignInOutcome =
  | { readonly person: Person; readonly amr: readonly string[] }
  | { readonly problem: string };

/** Checks what a sign-in form holds: a name and password, or a passkey's answer. What is wrong goes into the audit. */
export async function checkPerson(
  { directory, passkeys, trail }: FlowParts,
  request: IncomingMessage,
  form: URLSearchParams,
  client?: { readonly id: string; readonly name: string },
): Promise<SignInOutcome> {
  const origin = fromBrowser(request);
  const by = client ? { client: { id: client.id, name: client.name } } : {};
  if (form.get('step') === 'passkey') {
    const checked = await passkeys.verifySignIn(form.get('answer') ?? '');
    if (checked.person) return { person: checked.person, amr: ['hwk', 'user'] };
    await trail.failed({ method: 'passkey', ...checked, ...by }, origin);
    return { problem: 'That passkey is not known here.' };
  }
  try {
    const [login, password] = [form.get('login') ?? '', form.get('password') ?? ''];
    const checked = await directory.judgePassword(login, password, origin.address ?? 'unknown');
    if (checked.person) return { person: checked.person, amr: ['pwd'] };
    await trail.wrongPassword({ method: 'password', ...checked, ...by }, origin, checked.usedUp);
    return { problem: 'Name or password are wrong.' };
  } catch (error) {
    if (!isSignalboxError(error)) throw error;
    if (error.code === 'rate_limited') return { problem: 'Too many wrong tries. Wait a few minutes.' };
    if (error.code === 'overloaded') return { problem: 'Too many people sign in at once. Try again.' };
    throw error;
  }
}
