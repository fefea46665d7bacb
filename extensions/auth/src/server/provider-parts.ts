import type { IncomingMessage } from 'node:http';
import type { Clock, Directory, Log } from '@signalbox/sdk';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Page } from '../pages/page.ts';
import type { Session } from '../sessions/sessions.ts';
import type { AuthSettings } from '../settings.ts';
import type { AuthStore } from '../store/auth-store.ts';
import type { Grants } from '../store/grants.ts';
import type { IssuedTokens } from '../store/issued-tokens.ts';
import type { Asker } from '../store/item-adapter.ts';
import type { Trail } from '../trail/trail.ts';
import type { ExternalIssuers } from '../verify/external-issuers.ts';
import type { ClientDocuments } from './client-documents.ts';
import type { HubPlace } from './hub-place.ts';
import type { ProviderClients } from './provider-clients.ts';

/** What the pages show in the server's own flows. */
export interface ServerPages {
  readonly error: (error: { readonly code: string; readonly text: string }) => Page;
  readonly deviceCode: (shown: DeviceForm & { readonly problem?: string }) => Page;
  readonly deviceConfirm: (shown: DeviceForm & { readonly code: string; readonly client: string }) => Page;
  readonly deviceDone: (client: string) => Page;
}

/** Where a form of the device flow goes, and its token against forgery. */
interface DeviceForm {
  readonly action: string;
  readonly token: string;
}

/** The parts while a request is answered. */
export interface AnsweringParts extends ServerParts {
  readonly asker: () => Asker;
}

/** What the authorization server is made of. */
export interface ServerParts {
  readonly settings: AuthSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: AuthStore;
  readonly place: () => HubPlace;
  readonly keys: KeyRing;
  readonly grants: Grants;
  readonly tokens: IssuedTokens;
  readonly clients: ProviderClients;
  readonly documents: ClientDocuments;
  readonly directory: Directory;
  readonly external: ExternalIssuers;
  readonly trail: Trail;
  readonly pages: ServerPages;
  /** Who is signed in in the browser of a request. */
  readonly sessionOf: (request: IncomingMessage) => Promise<Session | undefined>;
}
