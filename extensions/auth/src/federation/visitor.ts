import { SignalboxError } from '@signalbox/sdk';
import type { SaidIdentity } from '../store/kept-identities.ts';
import type { IdentityProvider } from './provider-settings.ts';
import { rolesOfGroups } from './roles-of-groups.ts';

/** Who came back from an identity provider, as it says. */
export interface Visitor {
  readonly issuer: string;
  readonly subject: string;
  /** What the map of the settings makes of their groups. */
  readonly roles: readonly string[];
  /** Good to read, never to recognize somebody by. */
  readonly login?: string;
  readonly name?: string;
  readonly email?: string;
  /** When they showed there who they are, UTC milliseconds; absent where the provider does not say. */
  readonly authAt?: number;
  /** What it gave to be shown again, where the settings have that kept. */
  readonly said?: SaidIdentity;
}

/** Reads claims that were verified. Errors: `unauthenticated` for a subject that is none. */
export function toVisitor(
  { issuer, groupsClaim, roles }: IdentityProvider,
  claims: { readonly [name: string]: unknown },
): Visitor {
  const { sub, name, auth_time: authTime } = claims;
  // OpenID Connect Core §2: at most 255 characters.
  if (typeof sub !== 'string' || sub === '' || sub.length > 255)
    throw new SignalboxError('unauthenticated', 'the provider does not say who came');
  const login = text(claims['preferred_username'], 100);
  const shown = text(name, 200);
  const email = claims['email_verified'] === true ? text(claims['email'], 320) : undefined;
  return {
    issuer,
    subject: sub,
    roles: rolesOfGroups(claims[groupsClaim], roles),
    ...(login === undefined ? {} : { login }),
    ...(shown === undefined ? {} : { name: shown }),
    ...(email === undefined ? {} : { email }),
    ...(typeof authTime === 'number' ? { authAt: authTime * 1000 } : {}),
  };
}

function text(value: unknown, most: number): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, most) : undefined;
}
