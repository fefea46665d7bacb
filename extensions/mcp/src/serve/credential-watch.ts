import { type Clock, directoryChanged, type Events, type Principal } from '@signalbox/sdk';

interface Watched {
  readonly principal: Principal;
  readonly end: () => void;
  readonly cancelTimer: () => void;
}

// A longer timer would fire at once.
const longestTimerMs = 2_147_483_647;

/**
 * Ends what stays open longer than one request as soon as it is not sure any more who is at the other end: the credential
 * has expired, or facts about the principal are others. Who may still come in comes again.
 */
export class CredentialWatch {
  readonly #clock: Clock;
  readonly #watched = new Set<Watched>();

  constructor(clock: Clock, events: Events) {
    this.#clock = clock;
    events.on(directoryChanged, ({ org, subject }) => {
      for (const each of this.#watched) if (isAbout(each.principal, org, subject)) this.#end(each);
    });
  }

  /** Calls `end` once when it is time; the result stops that. */
  watch(principal: Principal, end: () => void): () => void {
    const expiresAt = earliestEnd(principal);
    const waitMs = Math.min(longestTimerMs, expiresAt - this.#clock.now());
    const cancelTimer = Number.isFinite(expiresAt)
      ? this.#clock.after(Math.max(0, waitMs), () => this.#end(watched))
      : () => undefined;
    const watched: Watched = { principal, end, cancelTimer };
    this.#watched.add(watched);
    return () => this.#stop(watched);
  }

  #end(watched: Watched): void {
    this.#stop(watched);
    watched.end();
  }

  #stop(watched: Watched): void {
    watched.cancelTimer();
    this.#watched.delete(watched);
  }
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
