import type { Refusal, Wanted } from '@signalbox/policy';
import { SignalboxError } from '@signalbox/sdk';

/** The error a principal gets that may not use a route. */
export function routeRefusal(route: string, { minLevel }: Wanted, refusal: Refusal): SignalboxError {
  switch (refusal.reason) {
    case 'expired':
      return new SignalboxError('unauthenticated', 'the credential has expired; sign in again');
    case 'level':
      return new SignalboxError('forbidden', `"${route}" needs level ${minLevel}; you have ${refusal.level}`);
    case 'scope':
      return new SignalboxError(
        'insufficient_scope',
        `the token does not allow this; sign in again with the scope ${refusal.missingScopes.join(' ')}`,
        { details: { scopes: [...refusal.missingScopes] } },
      );
    case 'permission':
      return new SignalboxError(
        'forbidden',
        `"${route}" needs the permission ${refusal.missingPermission}; ask an administrator for a role that has it`,
      );
    default:
      return refusal satisfies never;
  }
}
