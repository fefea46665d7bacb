import type { AuditEvent, AuditRecorder, MembershipChange, PerformMembership } from '@signalbox/sdk';
import { findPersonOrgs, type PersonOrgsParts, readPersonOrgs } from './person-orgs.ts';
import type { Origin } from './trail.ts';

/** What it works with. */
export interface MembershipTrailParts extends PersonOrgsParts {
  readonly recorder: AuditRecorder;
}

/** Who comes in by an identity provider, and where. */
export interface ProviderPlace {
  /** Its id in the settings. */
  readonly provider: string;
  readonly org: string;
}

const nobody = { type: 'anonymous', id: 'anonymous' } as const;
const hub = { type: 'extension', id: 'auth' } as const;

/**
 * Tells the audit who gets a place or a way in by the pages of sign-in: each gives what the directory performs its change
 * with, so that the change is not made when it cannot be written down.
 */
export class MembershipTrail {
  readonly #parts: MembershipTrailParts;

  constructor(parts: MembershipTrailParts) {
    this.#parts = parts;
  }

  /** For an invitation, accepted by who is signed in or by somebody new. */
  invitation(isSignedIn: boolean, origin: Origin): PerformMembership {
    return this.#perform(({ person }) => ({
      action: 'accept-invitation',
      actor: isSignedIn ? { type: 'user', id: person } : nobody,
      reason: isSignedIn ? 'signed-in' : 'new-person',
      ...origin,
    }));
  }

  /** For the first owner. */
  firstOwner(origin: Origin): PerformMembership {
    return this.#perform(() => ({ action: 'create-owner', actor: nobody, reason: 'new-person', ...origin }));
  }

  /** For an identity that is linked to somebody who is signed in, or that a new person comes with. */
  identity(isSignedIn: boolean, { provider, org }: ProviderPlace, origin: Origin): PerformMembership {
    return this.#perform(
      ({ person }) => ({
        action: 'link-identity',
        actor: isSignedIn ? { type: 'user', id: person } : hub,
        reason: isSignedIn ? 'signed-in' : 'new-person',
        ...(isSignedIn ? {} : { orgs: [org] }),
        ...origin,
      }),
      provider,
    );
  }

  /** For the roles that the groups of an identity provider give. */
  roles({ provider }: Pick<ProviderPlace, 'provider'>, origin: Origin): PerformMembership {
    return this.#perform(
      ({ roles = [], before }) => ({
        action: before ? 'change-roles' : 'admit',
        actor: hub,
        reason: howRolesChange(roles, before ?? []),
        ...origin,
      }),
      provider,
    );
  }

  /** Tells that a person has given an identity up; its roles go with it. */
  async identityRemoved(person: string, origin: Origin): Promise<void> {
    const event: AuditEvent = {
      kind: 'membership',
      action: 'unlink-identity',
      orgs: await findPersonOrgs(this.#parts, person),
      actor: { type: 'user', id: person },
      target: person,
      ...origin,
    };
    this.#parts.recorder.note(event, { outcome: 'ok' });
  }

  /** Gives a person a passkey, when that is written down. Errors: `audit_unavailable`, those of the action. */
  async passkey<Result>(person: string, origin: Origin, action: () => Promise<Result>): Promise<Result> {
    const event: AuditEvent = {
      kind: 'passkey',
      action: 'add',
      orgs: await readPersonOrgs(this.#parts, person),
      actor: { type: 'user', id: person },
      target: person,
      ...origin,
    };
    return this.#parts.recorder.perform(event, action);
  }

  #perform(
    describe: (change: MembershipChange) => Told & Partial<Pick<AuditEvent, 'orgs'>>,
    provider?: string,
  ): PerformMembership {
    return async (change, action) => {
      const { person, org, roles, before } = change;
      const { orgs = org === undefined ? undefined : [org], ...told } = describe(change);
      const details = {
        ...(roles ? { roles: [...roles] } : {}),
        ...(before ? { before: [...before] } : {}),
        ...(provider === undefined ? {} : { provider }),
      };
      const event: AuditEvent = {
        kind: 'membership',
        orgs: orgs ?? (await readPersonOrgs(this.#parts, person)),
        target: person,
        ...told,
        details,
      };
      return this.#parts.recorder.perform(event, action);
    };
  }
}

type MembershipEvent = Extract<AuditEvent, { kind: 'membership' }>;
type Told = Pick<MembershipEvent, 'action' | 'actor' | 'reason' | 'interface' | 'address'>;

function howRolesChange(roles: readonly string[], before: readonly string[]): string {
  if (before.every((role) => roles.includes(role))) return 'roles-given';
  return roles.every((role) => before.includes(role)) ? 'roles-taken' : 'roles-changed';
}
