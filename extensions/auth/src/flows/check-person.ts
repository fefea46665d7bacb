import type { IncomingMessage } from 'node:http';
import { clientAddress, isSignalboxError, type Person } from '@signalbox/sdk';
import type { FlowParts } from './flow-parts.ts';

/** Who signed in and how, or what to tell who did not. */
export type SignInOutcome =
  | { readonly person: Person; readonly amr: readonly string[] }
  | { readonly problem: string };

/** Checks what a sign-in form holds: a name and password, or a passkey's answer. */
export async function checkPerson(
  { directory, passkeys }: FlowParts,
  request: IncomingMessage,
  form: URLSearchParams,
): Promise<SignInOutcome> {
  if (form.get('step') === 'passkey') {
    const person = await passkeys.verifySignIn(form.get('answer') ?? '');
    return person ? { person, amr: ['hwk', 'user'] } : { problem: 'That passkey is not known here.' };
  }
  const address = clientAddress(request) ?? 'unknown';
  try {
    const checked = await directory.judgePassword(
      form.get('login') ?? '',
      form.get('password') ?? '',
      address,
    );
    return checked.person
      ? { person: checked.person, amr: ['pwd'] }
      : { problem: 'Name or password are wrong.' };
  } catch (error) {
    if (!isSignalboxError(error)) throw error;
    if (error.code === 'rate_limited') return { problem: 'Too many wrong tries. Wait a few minutes.' };
    if (error.code === 'overloaded') return { problem: 'Too many people sign in at once. Try again.' };
    throw error;
  }
}
