import { defineTopic } from './events.ts';
import type { Credential, Level, Principal } from './principal.ts';
import { defineService } from './service-token.ts';

/** A person, as the pages of sign-in need it. */
export interface Person {
  readonly id: string;
  /** What the person types to sign in, in lower case. */
  readonly login: string;
  readonly name: string;
  readonly email?: string;
  readonly isActive: boolean;
  readonly hasPassword: boolean;
  readonly hasPasskey: boolean;
}

/** A person's place in one organization. */
export interface Membership {
  readonly org: string;
  readonly orgName: string;
  readonly roles: readonly string[];
  readonly level: Level;
}

/** A public key of a person's authenticator (WebAuthn Level 3, "credential record"). */
export interface Passkey {
  /** base64url. */
  readonly id: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly label: string;
  /** UTC milliseconds. */
  readonly createdAt: number;
  readonly lastUsedAt?: number;
}

/** Who signed in at another identity provider; an e-mail address is never an identity. */
export interface ForeignIdentity {
  readonly issuer: string;
  readonly subject: string;
}

/** A foreign identity that belongs to a person. */
export interface LinkedIdentity extends ForeignIdentity {
  /** UTC milliseconds. */
  readonly createdAt: number;
}

/** Names a subject of the directory. */
export interface SubjectRef {
  readonly kind: 'user' | 'service';
  readonly id: string;
  readonly org: string;
}

/** What a credential adds to the facts of its subject. */
export interface CredentialFacts {
  readonly credential: Credential;
  readonly scopes?: readonly string[];
  /** The highest level the credential may give. */
  readonly grant?: Level;
}

/** Who somebody has shown to be, or why they have not. */
export type SignInCheck = { readonly person: Person } | SignInRefusal;

/** Why somebody is not let in. It is for the audit; who tried is told nothing of it. */
export interface SignInRefusal {
  readonly person?: undefined;
  readonly reason:
    | 'unknown-login'
    | 'no-password'
    | 'wrong-password'
    | 'shut-out'
    | 'unknown-passkey'
    | 'bad-passkey';
  /** Whose login or passkey it was. */
  readonly known?: Person;
  /** What may not be tried any more for a while, after this. */
  readonly usedUp?: readonly ('account' | 'address')[];
}

/** What is about to be other with a person and a place of theirs, as the audit tells of it. */
export interface MembershipChange {
  /** The person's id; of somebody new the one they get. */
  readonly person: string;
  /** The organization, where it is about one. */
  readonly org?: string;
  /** The roles the person gets there in this way. */
  readonly roles?: readonly string[];
  /** Those they had in this way; absent for who had no place there. */
  readonly before?: readonly string[];
}

/**
 * Makes a change when it is written down. The directory calls it when everything that can be checked before was checked,
 * and outside of its transactions.
 */
export type PerformMembership = <Result>(
  change: MembershipChange,
  action: () => Promise<Result>,
) => Promise<Result>;

/** People, machines, organizations, and what they sign in with. Every answer is as things are now. */
export interface Directory {
  readonly findPerson: (id: string) => Promise<Person | undefined>;
  /** Whether there is such a service account, active or not. */
  readonly hasService: (id: string) => Promise<boolean>;
  readonly findPersonByLogin: (login: string) => Promise<Person | undefined>;
  /**
   * The person of a login and password, or a refusal, in the same time. Wrong ones are counted for all nodes together.
   * Errors: `rate_limited` after too many wrong ones for an account or an address, `overloaded`.
   */
  readonly judgePassword: (login: string, password: string, address: string) => Promise<SignInCheck>;
  readonly memberships: (personId: string) => Promise<readonly Membership[]>;
  /** The organizations a person has a place in, active or not: those that may be told of them. */
  readonly orgsOf: (personId: string) => Promise<readonly string[]>;
  /**
   * The principal of a subject with the facts of its credential; undefined when subject, membership or organization are
   * not there or not active. At once where it is known; the same object as long as nothing has changed.
   */
  readonly principalOf: (
    subject: SubjectRef,
    facts: CredentialFacts,
  ) => Principal | undefined | Promise<Principal | undefined>;
  /** The principal of an API key (`sbx_key_…`); undefined for one that is not known, expired or revoked. */
  readonly principalOfKey: (key: string, address: string | undefined) => Promise<Principal | undefined>;
  readonly findPersonByIdentity: (identity: ForeignIdentity) => Promise<Person | undefined>;
  /** The identities at other providers that belong to a person, oldest first. */
  readonly identities: (personId: string) => Promise<readonly LinkedIdentity[]>;
  /** Makes a person for a foreign identity, or links it to the one given. Errors: `conflict` when it is linked already. */
  readonly linkIdentity: (
    identity: ForeignIdentity,
    person:
      | { readonly id: string }
      | { readonly login: string; readonly name: string; readonly email?: string },
    perform: PerformMembership,
  ) => Promise<Person>;
  /**
   * Takes an identity from a person, with the roles its issuer's groups gave, and makes what they signed in with before
   * worth nothing. Errors: `not_found`; `conflict` when they could not sign in any more.
   */
  readonly unlinkIdentity: (personId: string, identity: ForeignIdentity) => Promise<void>;
  /**
   * Sets the roles a foreign identity provider's groups give in an organization; those given by hand stay. Nothing is
   * performed where they are the same as before.
   */
  readonly setFederatedRoles: (
    personId: string,
    given: { readonly org: string; readonly issuer: string; readonly roles: readonly string[] },
    perform: PerformMembership,
  ) => Promise<void>;
  readonly passkeys: (personId: string) => Promise<readonly Passkey[]>;
  readonly findPasskey: (
    id: string,
  ) => Promise<{ readonly person: Person; readonly passkey: Passkey } | undefined>;
  readonly addPasskey: (personId: string, passkey: Passkey) => Promise<void>;
  /** Keeps the counter of a passkey that was used. Errors: `conflict` when the counter went back. */
  readonly usePasskey: (id: string, counter: number) => Promise<void>;
  /** True until there is a person who owns the hub. */
  readonly needsFirstOwner: () => Promise<boolean>;
  /** The text of the one-time link's token is `openSetup`'s; good once, for an hour. Errors: `unauthenticated`. */
  readonly createFirstOwner: (
    token: string,
    owner: { readonly login: string; readonly name: string; readonly password?: string },
    perform: PerformMembership,
  ) => Promise<Person>;
  /** Accepts an invitation by its token. Errors: `not_found` for one that is not there, used or expired. */
  readonly acceptInvitation: (
    token: string,
    person:
      | { readonly id: string }
      | { readonly login: string; readonly name: string; readonly password?: string },
    perform: PerformMembership,
  ) => Promise<Person>;
  /** The organization of an invitation, for the page that shows it; undefined when it cannot be accepted. */
  readonly findInvitation: (
    token: string,
  ) => Promise<{ readonly orgName: string; readonly roles: readonly string[] } | undefined>;
}

/** The extension that keeps people and machines offers this. */
export const directory = defineService<Directory>('directory', { inProcess: true });

/**
 * Published when facts of a subject, or of everybody in an organization, are others: who keeps them drops them. On every
 * node of a cluster.
 */
export const directoryChanged = defineTopic<{
  readonly org?: string;
  readonly subject?: string;
  /** Why it matters at once: credentials of the subject are worth nothing any more. */
  readonly isRevocation: boolean;
}>('directory.changed');
