import type { CredentialFacts, Principal, SubjectRef } from '@signalbox/sdk';
import type { Change } from '../store/directory-changes.ts';
import type { SubjectFacts } from './subject-facts.ts';

interface Known {
  readonly subject: SubjectRef;
  readonly principal: Principal;
}

const maxKnown = 10_000;

/** Keeps principals as one object each, for limits and decisions are kept by it; what has changed is forgotten. */
export class Principals {
  readonly #known = new Map<string, Known>();
  readonly #loading = new Map<string, Promise<Principal | undefined>>();
  readonly #readFacts: (subject: SubjectRef) => Promise<SubjectFacts | undefined>;
  /** Grows with every change: what was read before one is not kept after it. */
  #age = 0;

  constructor(readFacts: (subject: SubjectRef) => Promise<SubjectFacts | undefined>) {
    this.#readFacts = readFacts;
  }

  /** The principal of a subject with the facts of its credential; at once where it is known. */
  of(subject: SubjectRef, facts: CredentialFacts): Principal | undefined | Promise<Principal | undefined> {
    const key = keyOf(subject, facts);
    return this.#known.get(key)?.principal ?? this.#loading.get(key) ?? this.#load(key, subject, facts);
  }

  /** Forgets everybody a change is about. */
  forget({ org, subject }: Change): void {
    this.#age += 1;
    this.#loading.clear();
    for (const [key, known] of this.#known) {
      const isMeant =
        (org === undefined || known.subject.org === org) &&
        (subject === undefined || known.subject.id === subject);
      if (isMeant) this.#known.delete(key);
    }
  }

  #load(key: string, subject: SubjectRef, facts: CredentialFacts): Promise<Principal | undefined> {
    const age = this.#age;
    const loading = this.#readFacts(subject)
      .then((found) => {
        const principal = found && toPrincipal(subject, found, facts);
        if (principal && age === this.#age) this.#keep(key, { subject, principal });
        return principal;
      })
      .finally(() => {
        if (this.#loading.get(key) === loading) this.#loading.delete(key);
      });
    this.#loading.set(key, loading);
    return loading;
  }

  #keep(key: string, known: Known): void {
    this.#known.set(key, known);
    const oldest = this.#known.size > maxKnown ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

function keyOf({ kind, id, org }: SubjectRef, { credential, scopes, grant }: CredentialFacts): string {
  const { client, amr, expiresAt } = credential;
  return JSON.stringify([
    kind,
    id,
    org,
    credential.kind,
    credential.id,
    client,
    amr,
    expiresAt,
    scopes,
    grant,
  ]);
}

function toPrincipal(
  { kind, id, org }: SubjectRef,
  { roles, teams, level }: SubjectFacts,
  { credential, scopes, grant }: CredentialFacts,
): Principal {
  return {
    kind,
    id,
    org,
    level,
    roles,
    teams,
    credential,
    ...(scopes === undefined ? {} : { scopes }),
    ...(grant === undefined ? {} : { grant }),
  };
}
