import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isSignalboxError, type JsonObject, type Level, SignalboxError } from '@signalbox/sdk';
import type Provider from 'oidc-provider';
import type { Session } from '../sessions/sessions.ts';
import type { Asker } from '../store/item-adapter.ts';
import { byHub, fromBrowser, fromProgram, type Origin } from '../trail/trail.ts';
import { makeProvider, serverRoutes } from './make-provider.ts';
import type { ServerParts } from './provider-parts.ts';
import { baselineScope, serverScopes } from './resources.ts';

/** What a client asks of a person. */
export interface Interaction {
  readonly id: string;
  readonly asks: 'sign-in' | 'consent';
  /** Whether a session that is there is not enough. */
  readonly mustSignIn: boolean;
  readonly client: AskingClient;
  readonly redirectUri: string | undefined;
  readonly resource: string;
  readonly scopes: readonly string[];
  /** Who the server has as signed in. */
  readonly person: string | undefined;
}

/** The client of an interaction. */
interface AskingClient {
  readonly id: string;
  readonly name: string;
  /** True when its id is the address of its metadata. */
  readonly isDocument: boolean;
}

/** What a person allows. */
interface Allowance {
  readonly person: string;
  readonly org: string;
  readonly cap: Level;
  readonly scopes: readonly string[];
  readonly isRemembered: boolean;
  readonly session: Session;
}

/** An OAuth 2.1 authorization server: its endpoints, and what its flows want to know from pages. */
export interface AuthorizationServer {
  /** Answers a request to one of its endpoints. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** The interaction of a browser. Errors: `not_found` for one that is over, or of another browser. */
  readonly interaction: (request: IncomingMessage, response: ServerResponse) => Promise<Interaction>;
  readonly signedIn: (request: IncomingMessage, response: ServerResponse, session: Session) => Promise<void>;
  readonly allow: (request: IncomingMessage, response: ServerResponse, allowance: Allowance) => Promise<void>;
  readonly refuse: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

/** Makes the server. It is built at the first request, when it is known where the hub listens, and again with new keys. */
export function makeAuthorizationServer(parts: ServerParts): AuthorizationServer {
  let built: { readonly version: string; readonly provider: Provider } | undefined;
  const asking = new AsyncLocalStorage<Asker>();
  const asker = (): Asker => asking.getStore() ?? { origin: byHub, endsBy: 'taken-back' };
  const current = async (): Promise<Provider> => {
    const keys = await parts.keys.current();
    const place = parts.place();
    const version = `${place.baseUrl} ${keys.version}`;
    if (built?.version !== version)
      built = { version, provider: makeProvider({ ...parts, asker }, place, keys) };
    return built.provider;
  };
  return {
    handle: async (request, response) => {
      const answer = (await current()).callback();
      await asking.run(askerOf(request), () => answer(request, response));
    },
    interaction: async (request, response) => {
      const provider = await current();
      return readInteraction(parts, provider, await detailsOf(provider, request, response));
    },
    signedIn: async (request, response, session) => {
      const { person: accountId, amr, authAt } = session;
      const login = { accountId, amr: [...amr], ts: Math.floor(authAt / 1000) };
      await (await current()).interactionFinished(request, response, { login });
    },
    allow: async (request, response, allowance) => {
      const provider = await current();
      const details = await detailsOf(provider, request, response);
      const asked = await readInteraction(parts, provider, details);
      const grantId = await makeGrant(parts, provider, asked, { ...allowance, origin: fromBrowser(request) });
      await provider.interactionFinished(request, response, { consent: { grantId } });
    },
    refuse: async (request, response) => {
      const refusal = { error: 'access_denied', error_description: 'the person refused' };
      await (await current()).interactionFinished(request, response, refusal, {
        mergeWithLastSubmission: false,
      });
    },
  };
}

/** A grant the server ends by itself has had something shown twice; at the other path its client gives it back. */
function askerOf(request: IncomingMessage): Asker {
  const [path] = (request.url ?? '').split('?', 1);
  return {
    origin: fromProgram(request),
    endsBy: path === serverRoutes.revocation ? 'returned' : 'reused',
  };
}

type Details = Awaited<ReturnType<Provider['interactionDetails']>>;

async function detailsOf(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Details> {
  try {
    const details = await provider.interactionDetails(request, response);
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (path.endsWith(`/${details.uid}`)) return details;
  } catch (error) {
    if (isSignalboxError(error) || !isOver(error)) throw error;
  }
  throw new SignalboxError(
    'not_found',
    'this sign-in is over, or was begun in another browser; start again in the program you came from',
  );
}

function isOver(error: unknown): boolean {
  return error instanceof Error && error.name === 'SessionNotFound';
}

async function readInteraction(
  parts: ServerParts,
  provider: Provider,
  { uid, prompt, params, session }: Details,
): Promise<Interaction> {
  const given = params as JsonObject;
  const id = textOf(given['client_id']) ?? '';
  const client = await provider.Client.find(id);
  if (!client) throw new SignalboxError('not_found', 'the program that asked is not known here any more');
  const { resource } = given;
  const [one] = Array.isArray(resource) ? resource : [resource];
  if (Array.isArray(resource) && resource.length > 1)
    throw new SignalboxError('invalid_request', 'a program can ask for one resource at a time only');
  const forced = prompt.reasons.some((reason) => !['no_session', 'session_ended'].includes(reason));
  return {
    id: uid,
    asks: prompt.name === 'consent' ? 'consent' : 'sign-in',
    mustSignIn: prompt.name === 'login' && forced,
    client: { id, name: client.clientName ?? id, isDocument: id.startsWith('https://') },
    redirectUri: textOf(given['redirect_uri']),
    resource: textOf(one) ?? `${parts.place().baseUrl}/mcp`,
    scopes: (textOf(given['scope']) ?? baselineScope).split(' ').filter(Boolean),
    person: session?.accountId,
  };
}

async function makeGrant(
  { grants, clock }: ServerParts,
  provider: Provider,
  { client, resource }: Interaction,
  { person, org, cap, scopes, isRemembered, session, origin }: Allowance & { readonly origin: Origin },
): Promise<string> {
  const grant = new provider.Grant({ accountId: person, clientId: client.id });
  const own: readonly string[] = serverScopes;
  const ofServer = scopes.filter((scope) => own.includes(scope));
  if (ofServer.length > 0) grant.addOIDCScope(ofServer.join(' '));
  grant.addResourceScope(resource, scopes.filter((scope) => !own.includes(scope)).join(' '));
  const id = await grant.save();
  const facts = {
    id,
    org,
    person,
    client: client.id,
    resource,
    scopes,
    cap,
    session: session.id,
    amr: session.amr,
    authAt: session.authAt,
    consentedAt: clock.now(),
    isRemembered,
  };
  await grants.add(facts, { reason: 'asked', name: client.name, origin });
  return id;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
