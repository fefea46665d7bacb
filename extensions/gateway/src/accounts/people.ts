import type { AccountState, Clock, Principal, UpstreamAccount } from '@signalbox/sdk';
import { WatchedResources } from '../upstream/watched-resources.ts';

/** Somebody who may have an account at one upstream, and what is known of it. */
export interface Person {
  readonly account: UpstreamAccount;
  /** What they watch over their account. */
  readonly watched: WatchedResources;
  state: AccountState;
  /** When the state was learned, UTC milliseconds. */
  learnedAt: number;
  /** How often it was learned. */
  version: number;
}

// Another hub on the same store may have connected an account, or let it go.
const staleMs = 60_000;
const mostKept = 10_000;
const unknown = { state: 'none', learnedAt: Number.NEGATIVE_INFINITY, version: 0 } as const;

/** Who has an account at one upstream, as far as it was asked; looked up at each call, without making anything. */
export class People {
  readonly #clock: Clock;
  readonly #byOrg = new Map<
    string,
    { readonly user: Map<string, Person>; readonly service: Map<string, Person> }
  >();
  readonly #all = new Set<Person>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What is known of a principal's account; undefined where that is nothing, or too old. */
  find({ org, kind, id }: Principal): Person | undefined {
    if (kind !== 'user' && kind !== 'service') return undefined;
    const person = this.#byOrg.get(org)?.[kind].get(id);
    return person && this.#clock.now() - person.learnedAt < staleMs ? person : undefined;
  }

  /** Everybody whose account is connected, the latest last. */
  get connected(): readonly Person[] {
    return [...this.#all]
      .filter(({ state }) => state === 'connected')
      .sort((a, b) => a.learnedAt - b.learnedAt);
  }

  /** The place of a person's account, made where there is none. */
  keep(account: UpstreamAccount & Required<Pick<UpstreamAccount, 'subject'>>): Person {
    const { org, subject } = account;
    const byKind = this.#byOrg.get(org) ?? { user: new Map(), service: new Map() };
    this.#byOrg.set(org, byKind);
    const known = byKind[subject.kind].get(subject.id);
    if (known) return known;
    if (this.#all.size >= mostKept) this.#forgetStrangers();
    const person: Person = { account, watched: new WatchedResources(), ...unknown };
    byKind[subject.kind].set(subject.id, person);
    this.#all.add(person);
    return person;
  }

  /** Takes note of what an account is now. */
  learn(person: Person, state: AccountState): void {
    person.state = state;
    person.learnedAt = this.#clock.now();
    person.version++;
  }

  /** Those without an account are asked for again when they call. */
  #forgetStrangers(): void {
    for (const person of this.#all) {
      const { state, account } = person;
      if (state !== 'none' || !account.subject) continue;
      this.#all.delete(person);
      this.#byOrg.get(account.org)?.[account.subject.kind].delete(account.subject.id);
    }
  }
}
