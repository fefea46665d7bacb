import type { Clock, Directory } from '@signalbox/sdk';
import type { IdentityProviders } from '../federation/identity-providers.ts';
import type { PendingSignIns } from '../federation/pending-sign-ins.ts';
import type { AuthorizationServer } from '../server/authorization-server.ts';
import type { HubPlace } from '../server/hub-place.ts';
import type { RateWindow } from '../server/rate-window.ts';
import type { Browser } from '../sessions/browser.ts';
import type { FormTokens } from '../sessions/form-tokens.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Clients } from '../store/clients.ts';
import type { Grants } from '../store/grants.ts';
import type { KeptIdentities } from '../store/kept-identities.ts';
import type { MembershipTrail } from '../trail/membership-trail.ts';
import type { Trail } from '../trail/trail.ts';
import type { Passkeys } from './passkeys.ts';

/** What the pages with forms work with. */
export interface FlowParts {
  readonly clock: Clock;
  readonly server: AuthorizationServer;
  readonly directory: Directory;
  readonly browser: Browser;
  readonly sessions: Sessions;
  readonly forms: FormTokens;
  readonly grants: Grants;
  readonly clients: Clients;
  readonly passkeys: Passkeys;
  readonly providers: IdentityProviders;
  /** Keeps what providers said of people; absent where nothing is kept. */
  readonly identities: KeptIdentities | undefined;
  readonly pending: PendingSignIns;
  readonly trail: Trail;
  readonly membershipTrail: MembershipTrail;
  /** How often an address may go to an identity provider. */
  readonly providerStarts: RateWindow;
  readonly place: () => HubPlace;
}
