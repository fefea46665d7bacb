import { policyChanged } from '@signalbox/policy';
import { type Clock, directoryChanged, type Events, type Principal, SignalboxError } from '@signalbox/sdk';

interface Watched {
  readonly principal: Principal;
  /** Decides again whether its reader may have the answer; rejects when not. */
  readonly decideAgain: () => Promise<unknown>;
  readonly end: (reason: unknown) => void;
  readonly cancelTimer: () => void;
}

// A longer timer would fire at once.
const longestTimerMs = 2_147_483_647;

/**
 * Ends streamed answers whose reader may not have them any longer: its credential has expired or was revoked, or roles or
 * rules are others and refuse it now.
 */
export class StreamWatch {
  readonly #clock: Clock;
  readonly #watched = new Set<Watched>();

  constructor(clock: Clock, events: Events) {
    this.#clock = clock;
    events.on(directoryChanged, ({ org, subject, isRevocation }) => {
      for (const each of this.#of(org, subject)) {
        if (isRevocation && subject !== undefined) this.#end(each, noLongerGood('was revoked'));
        else this.#decideAgain(each);
      }
    });
    events.on(policyChanged, ({ org }) => {
      for (const each of this.#of(org, undefined)) this.#decideAgain(each);
    });
  }

  /** Calls `end` at most once, with the reason; the result stops that. */
  watch(
    principal: Principal,
    decideAgain: () => Promise<unknown>,
    end: (reason: unknown) => void,
  ): () => void {
    const expiresAt = earliestEnd(principal);
    const waitMs = Math.min(longestTimerMs, Math.max(0, expiresAt - this.#clock.now()));
    const cancelTimer = Number.isFinite(expiresAt)
      ? this.#clock.after(waitMs, () => this.#end(watched, noLongerGood('has expired')))
      : () => undefined;
    const watched: Watched = { principal, decideAgain, end, cancelTimer };
    this.#watched.add(watched);
    return () => this.#stop(watched);
  }

  #of(org: string | undefined, subject: string | undefined): Watched[] {
    return [...this.#watched].filter(({ principal }) => isAbout(principal, org, subject));
  }

  #decideAgain(watched: Watched): void {
    watched.decideAgain().catch((reason: unknown) => this.#end(watched, reason));
  }

  #end(watched: Watched, reason: unknown): void {
    if (!this.#watched.has(watched)) return;
    this.#stop(watched);
    watched.end(reason);
  }

  #stop(watched: Watched): void {
    watched.cancelTimer();
    this.#watched.delete(watched);
  }
}

function noLongerGood(how: string): SignalboxError {
  return new SignalboxError(
    'unauthenticated',
    `the credential of this request ${how}; ask again with one that is good`,
  );
}

function earliestEnd(principal: Principal): number {
  const own = principal.credential?.expiresAt ?? Number.POSITIVE_INFINITY;
  return principal.onBehalfOf ? Math.min(own, earliestEnd(principal.onBehalfOf)) : own;
}

function isAbout(principal: Principal, org: string | undefined, subject: string | undefined): boolean {
  const isOwn =
    (org === undefined || principal.org === org) && (subject === undefined || principal.id === subject);
  return isOwn || (principal.onBehalfOf !== undefined && isAbout(principal.onBehalfOf, org, subject));
}
