import { type AccountState, isSignalboxError } from '@signalbox/sdk';

/** Why somebody is sent to sign in: they have not yet, it is over, more is asked of them, or even a fresh token was refused. */
export type LoginReason = 'none' | 'over' | 'more' | 'refused';

/** The reason of a refusal, by what is known of the account after it. */
export function loginReason(state: AccountState, refusal: unknown): LoginReason {
  if (state === 'none') return 'none';
  if (state === 'needs_reconnect') return 'over';
  // The account is good and its keeper wants its person all the same: only they can allow more.
  const isOfKeeper = isSignalboxError(refusal) && refusal.code === 'upstream_login_needed';
  return isOfKeeper ? 'more' : 'refused';
}

/** What the person is told, before they are sent to the page. */
export const loginQuestions: { readonly [Reason in LoginReason]: (name: string) => string } = {
  none: (name) => `sign in to "${name}" so that the hub can use your account there`,
  over: (name) => `sign in to "${name}" again so that the hub can go on using your account there`,
  more: (name) => `"${name}" asks for more than you have allowed the hub; sign in again to allow it`,
  refused: (name) => `"${name}" refused a fresh token of your account there; sign in again to replace it`,
};

/** The same as an error begins. */
export const loginErrors: { readonly [Reason in LoginReason]: (name: string) => string } = {
  none: (name) => `upstream "${name}" wants an account of your own`,
  over: (name) => `upstream "${name}" takes your account no longer`,
  more: (name) => `upstream "${name}" asks for more than you have allowed the hub with your account`,
  refused: (name) => `upstream "${name}" refused a fresh token of your account`,
};
