/** What may go wrong on the way to an identity provider and back, in words for the person. */
const providerProblems = {
  'provider-down': 'It cannot be reached now. Sign in another way, or try again in a minute.',
  'provider-refused': 'You were not signed in there.',
  'provider-failed': 'The answer from there was not good. Try again.',
  'not-known':
    'Nobody here is linked to that account. Sign in another way and link it on your page, or ask an administrator.',
  'shut-out': 'This person cannot sign in any more. Ask an administrator.',
  'not-fresh': 'It does not say that you have just signed in there. Sign in with a password or a passkey.',
  'linked-already': 'That account is linked to somebody else here.',
  'too-many': 'Too many sign-ins were begun from here. Wait a minute.',
} as const;

/** Names one of them. */
export type ProviderProblem = keyof typeof providerProblems;

/** The words for a name in an address; undefined for anything else, so that no address puts words onto a page. */
export function problemText(name: string | null): string | undefined {
  return name !== null && isProblem(name) ? providerProblems[name] : undefined;
}

function isProblem(name: string): name is ProviderProblem {
  return Object.hasOwn(providerProblems, name);
}
