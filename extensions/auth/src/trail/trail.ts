import type { IncomingMessage } from 'node:http';
import { type AuditEvent, type AuditRecorder, type Clock, clientAddress, type Person } from '@signalbox/sdk';
import type { GrantFacts } from '../store/grants.ts';
import { FailureBudget, type FailureTurn } from './failure-budget.ts';
import { findOwnOrgs, findPersonOrgs, orHome, type PersonOrgsParts, readPersonOrgs } from './person-orgs.ts';

/** What the trail works with. */
export interface TrailParts extends PersonOrgsParts {
  readonly recorder: AuditRecorder;
  readonly clock: Clock;
}

/** How somebody signs in. */
export type SignInMethod = 'password' | 'passkey' | 'federated' | 'device-code' | 'assertion';

/** Where something came from. */
export interface Origin {
  readonly interface: AuditEvent['interface'];
  readonly address?: string | undefined;
}

/** A sign-in that failed. */
export interface FailedSignIn {
  readonly method: SignInMethod;
  readonly reason: string;
  /** Whose login, passkey or identity it was. */
  readonly known?: Person | undefined;
  readonly provider?: string;
  readonly client?: { readonly id: string; readonly name?: string };
}

/** Why a session ends: the first two are the person's doing. */
export type SessionEnd = 'signed-out' | 'ended-elsewhere' | 'replaced' | 'subject-ended';

/** Why the tokens of a grant end: by its person, its client, a second use of what is good once, or with its subject. */
export type GrantEnd = 'taken-back' | 'returned' | 'reused' | 'subject-ended' | 'organization-removed';

/** How a person has come to allow something. */
export type ConsentReason = 'asked' | 'remembered' | 'assertion';

/** Where the hub itself acts. */
export const byHub: Origin = { interface: 'hub' };

const nobody = { type: 'anonymous', id: 'anonymous' } as const;
const hub = { type: 'extension', id: 'auth' } as const;

/** Tells the audit of everything that happens at sign-in, in each organization of the person it is about. */
export class Trail {
  readonly #parts: TrailParts;
  readonly #budget: FailureBudget;

  constructor(parts: TrailParts) {
    this.#parts = parts;
    this.#budget = new FailureBudget(parts.clock);
  }

  /**
   * Signs a person in, when that is written down; the action keeps which organizations are told.
   * Errors: `audit_unavailable`, those of the action.
   */
  async signIn<Result>(
    {
      person,
      session,
      amr,
    }: { readonly person: string; readonly session: string; readonly amr: readonly string[] },
    origin: Origin,
    action: (orgs: readonly string[]) => Promise<Result>,
  ): Promise<Result> {
    const orgs = await readPersonOrgs(this.#parts, person);
    const event: AuditEvent = {
      kind: 'session',
      action: 'sign-in',
      orgs,
      actor: { type: 'user', id: person },
      target: person,
      ...origin,
      auth: { method: methodOf(amr), credentialId: session, amr },
    };
    return this.#parts.recorder.perform(event, () => action(orgs));
  }

  /** The same for a program that shows a code or an assertion of a person. */
  tokenSignIn<Result>(
    { method, grant }: { readonly method: SignInMethod; readonly grant: GrantFacts },
    origin: Origin,
    action: () => Promise<Result>,
  ): Promise<Result> {
    const event: AuditEvent = {
      kind: 'session',
      action: 'sign-in',
      orgs: [grant.org],
      actor: { type: 'user', id: grant.person },
      level: grant.cap,
      target: grant.person,
      ...origin,
      client: { id: grant.client },
      auth: { method, credentialId: grant.session, amr: grant.amr },
      details: { scopes: [...grant.scopes], resource: grant.resource },
    };
    return this.#parts.recorder.perform(event, action);
  }

  /** Tells of a wrong password. The directory's limit bounds how many there are of somebody; of nobody, the budget. */
  async wrongPassword(
    failed: FailedSignIn,
    origin: Origin,
    usedUp: readonly ('account' | 'address')[] = [],
  ): Promise<void> {
    const turn = (): FailureTurn => (failed.known ? 'write' : this.#budget.takeUnknownLogin());
    await this.#noteFailedIn(turn(), failed, origin, 'unauthenticated');
    for (const kind of usedUp)
      await this.#noteFailedIn(turn(), { ...failed, reason: `limit-of-${kind}` }, origin, 'rate_limited');
  }

  /** Tells of any other sign-in that failed, as long as there are not too many. */
  async failed(failed: FailedSignIn, origin: Origin): Promise<void> {
    const turn = this.#budget.take(origin.address ?? 'unknown');
    await this.#noteFailedIn(turn, failed, origin, 'unauthenticated');
  }

  async #noteFailedIn(
    turn: FailureTurn,
    failed: FailedSignIn,
    origin: Origin,
    code: 'unauthenticated' | 'rate_limited',
  ): Promise<void> {
    if (turn === 'write') await this.#noteFailed(failed, origin, code);
    if (turn === 'limit')
      await this.#noteFailed({ method: failed.method, reason: 'limit-of-audit' }, origin, 'rate_limited');
  }

  /** Tells that a session has ended. */
  async sessionEnded(
    ended: {
      readonly person: string;
      readonly session: string;
      /** Those that were told of its beginning. */
      readonly orgs: readonly string[];
      readonly why: SessionEnd;
    },
    origin: Origin,
  ): Promise<void> {
    const { person, session, orgs, why } = ended;
    const event: AuditEvent = {
      kind: 'session',
      action: why === 'signed-out' ? 'sign-out' : 'end',
      orgs: await findPersonOrgs(this.#parts, person, orgs),
      actor: why === 'subject-ended' ? hub : { type: 'user', id: person },
      target: person,
      ...origin,
      auth: { method: 'session', credentialId: session },
      reason: why,
    };
    this.#parts.recorder.note(event, { outcome: 'ok' });
  }

  /** Gives a client what a person allows, when that is written down. Errors: `audit_unavailable`, those of the action. */
  allow<Result>(
    {
      grant,
      reason,
      name,
    }: { readonly grant: GrantFacts; readonly reason: ConsentReason; readonly name?: string },
    origin: Origin,
    action: () => Promise<Result>,
  ): Promise<Result> {
    const event: AuditEvent = {
      kind: 'consent',
      action: 'allow',
      orgs: [grant.org],
      actor: { type: 'user', id: grant.person },
      level: grant.cap,
      target: grant.client,
      ...origin,
      client: { id: grant.client, ...(name === undefined ? {} : { name }) },
      auth: { method: 'session', credentialId: grant.session, amr: grant.amr },
      reason,
      details: { scopes: [...grant.scopes], level: grant.cap, resource: grant.resource },
    };
    return this.#parts.recorder.perform(event, action);
  }

  /** Tells that a person has not allowed what a client asked for. */
  async refused(
    asked: {
      readonly person: string;
      readonly client: { readonly id: string; readonly name?: string };
      readonly scopes: readonly string[];
      readonly resource?: string;
      readonly reason: 'refused' | 'not-a-member' | 'another-person';
    },
    origin: Origin,
  ): Promise<void> {
    const { person, client, scopes, resource, reason } = asked;
    const turn = this.#budget.take(origin.address ?? 'unknown');
    if (turn === 'limit') {
      const more = {
        orgs: orHome([]),
        actor: nobody,
        target: 'unknown',
        reason: 'limit-of-audit',
        ...origin,
      };
      const end = { outcome: 'denied', code: 'rate_limited' } as const;
      this.#parts.recorder.note({ kind: 'consent', action: 'refuse', ...more }, end);
    }
    if (turn !== 'write') return;
    const event: AuditEvent = {
      kind: 'consent',
      action: 'refuse',
      orgs: await findPersonOrgs(this.#parts, person),
      actor: { type: 'user', id: person },
      target: client.id,
      ...origin,
      client,
      reason,
      details: { scopes: [...scopes], ...(resource === undefined ? {} : { resource }) },
    };
    this.#parts.recorder.note(event, { outcome: 'denied', code: 'forbidden' });
  }

  /** Tells that everything that came of a grant has ended. */
  grantEnded(grant: GrantFacts, why: GrantEnd, origin: Origin): void {
    const person = { type: 'user', id: grant.person } as const;
    const actors = {
      'taken-back': person,
      returned: nobody,
      reused: nobody,
      'subject-ended': hub,
      'organization-removed': hub,
    };
    const event: AuditEvent = {
      kind: 'tokens',
      action: 'revoke',
      orgs: [grant.org],
      actor: actors[why],
      ...(why === 'taken-back' ? {} : { onBehalfOf: { ...person, level: grant.cap } }),
      target: grant.client,
      ...origin,
      client: { id: grant.client },
      reason: why,
      details: { scopes: [...grant.scopes], resource: grant.resource, grant: grant.id },
    };
    this.#parts.recorder.note(event, { outcome: 'ok' });
  }

  /** Registers a client that asks for it, when that is written down. Errors: `audit_unavailable`, those of the action. */
  register<Result>(
    client: { readonly id: string; readonly name: string; readonly org: string },
    origin: Origin,
    action: () => Promise<Result>,
  ): Promise<Result> {
    const { id, name, org } = client;
    const event: AuditEvent = {
      kind: 'client',
      action: 'register',
      orgs: [org],
      actor: nobody,
      target: id,
      ...origin,
      client: { id, name },
    };
    return this.#parts.recorder.perform(event, action);
  }

  async #noteFailed(
    { method, reason, known, provider, client }: FailedSignIn,
    origin: Origin,
    code: 'unauthenticated' | 'rate_limited',
  ): Promise<void> {
    // Asked for somebody unknown, too: how long it takes tells nobody which logins there are.
    const theirs = await findOwnOrgs(this.#parts, known?.id ?? '');
    const event: AuditEvent = {
      kind: 'session',
      action: 'sign-in',
      orgs: orHome(theirs),
      actor: nobody,
      target: known?.id ?? 'unknown',
      ...origin,
      ...(client ? { client } : {}),
      auth: { method },
      reason,
      details: {
        // A login is for those it belongs to.
        ...(known && theirs.length > 0 ? { login: known.login } : {}),
        ...(provider === undefined ? {} : { provider }),
      },
    };
    this.#parts.recorder.note(event, { outcome: 'denied', code });
  }
}

/** A request of a browser, as the audit tells of it. */
export function fromBrowser(request: IncomingMessage): Origin {
  return { interface: 'browser', address: clientAddress(request) };
}

/** A request of a program at the server's own endpoints. */
export function fromProgram(request: IncomingMessage): Origin {
  return { interface: 'oauth', address: clientAddress(request) };
}

function methodOf(amr: readonly string[]): SignInMethod {
  if (amr.includes('hwk')) return 'passkey';
  return amr.includes('fed') ? 'federated' : 'password';
}
