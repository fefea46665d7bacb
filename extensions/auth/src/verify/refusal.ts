import { SignalboxError } from '@signalbox/sdk';

/** The refusal of a credential (RFC 6750 §3.1): it says that it is not good, and why as far as that helps nobody else. */
export function refusedToken(why: string): SignalboxError {
  return new SignalboxError('unauthenticated', `${why}; sign in again`, {
    details: { challenge: 'invalid_token' },
  });
}
