import type { Clock } from './clock.ts';
import { directoryChanged } from './directory.ts';
import type { Events } from './events.ts';
import type { Principal } from './principal.ts';

/** Why it is not sure any more who somebody is: the credential has expired, or was revoked, or facts about them are others. */
export type CredentialEnd = 'expired' | 'revoked' | 'changed';

interface Watched {
  readonly principal: Principal;
  readonly end: (why: CredentialEnd) => void;
  readonly onChange: (() => void) | undefined;
  cancelTimer: () => void;
}

// A longer timer would fire at once.
const longestTimerMs = 2_147_483_647;

/**
 * For what stays open longer than one decision is good for: says when the credential has ended, or who is behind it is known
 * otherwise. Whom somebody acts for counts like themselves.
 */
export class CredentialWatch {
  readonly #clock: Clock;
  readonly #watched = new Set<Watched>();

  constructor(clock: Clock, events: Events) {
    this.#clock = clock;
    events.on(directoryChanged, ({ org, subject, isRevocation }) => {
      const isRevoked = isRevocation && subject !== undefined;
      for (const each of this.#about(org, subject)) {
        if (isRevoked) this.#end(each, 'revoked');
        else this.#change(each);
      }
    });
  }

  /**
   * Calls `end` once, when it is time; the result stops that. Where `onChange` is given, other facts end nothing: it is called
   * for each, to decide again.
   */
  watch(principal: Principal, end: (why: CredentialEnd) => void, onChange?: () => void): () => void {
    const watched: Watched = { principal, end, onChange, cancelTimer: () => undefined };
    this.#watched.add(watched);
    const expiresAt = earliestEnd(principal);
    if (Number.isFinite(expiresAt)) this.#planEnd(watched, expiresAt);
    return () => this.#stop(watched);
  }

  /** Says that something else of an organization is known otherwise that decisions are made by, such as its rules. */
  tellChange(org: string): void {
    for (const each of this.#about(org, undefined)) this.#change(each);
  }

  #about(org: string | undefined, subject: string | undefined): Watched[] {
    return [...this.#watched].filter(({ principal }) => isAbout(principal, org, subject));
  }

  #planEnd(watched: Watched, expiresAt: number): void {
    const leftMs = Math.max(0, expiresAt - this.#clock.now());
    watched.cancelTimer = this.#clock.after(Math.min(longestTimerMs, leftMs), () => {
      if (leftMs > longestTimerMs) this.#planEnd(watched, expiresAt);
      else this.#end(watched, 'expired');
    });
  }

  #change(watched: Watched): void {
    if (!watched.onChange) return this.#end(watched, 'changed');
    if (this.#watched.has(watched)) watched.onChange();
  }

  #end(watched: Watched, why: CredentialEnd): void {
    if (!this.#watched.has(watched)) return;
    this.#stop(watched);
    watched.end(why);
  }

  #stop(watched: Watched): void {
    watched.cancelTimer();
    this.#watched.delete(watched);
  }
}

function earliestEnd({ credential, onBehalfOf }: Principal): number {
  const own = credential?.expiresAt ?? Number.POSITIVE_INFINITY;
  return onBehalfOf ? Math.min(own, earliestEnd(onBehalfOf)) : own;
}

function isAbout(principal: Principal, org: string | undefined, subject: string | undefined): boolean {
  const isOwn =
    (org === undefined || principal.org === org) && (subject === undefined || principal.id === subject);
  return isOwn || (principal.onBehalfOf !== undefined && isAbout(principal.onBehalfOf, org, subject));
}
