import { type Clock, directoryChanged, type Events, type Principal, SignalboxError } from '@signalbox/sdk';

/** The signal of a caller who is watched. */
export interface Watched {
  readonly signal: AbortSignal;
  readonly stop: () => void;
}

interface Requester {
  readonly principal: Principal;
  readonly end: (reason: SignalboxError) => void;
}

/**
 * Those whose calls wait: as soon as it is not sure any more who they are, what they wait for is ended. Who may still make
 * the call makes it again, and the answer is there.
 */
export class RequesterWatch {
  readonly #clock: Clock;
  readonly #requesters = new Set<Requester>();

  constructor(clock: Clock, events: Events) {
    this.#clock = clock;
    events.on(directoryChanged, ({ org, subject, isRevocation }) => {
      for (const { principal, end } of this.#requesters)
        if (isAbout(principal, org, subject)) end(isRevocation ? ended() : changed());
    });
  }

  /** Aborts with the caller's own signal, at the end of a credential, and when what is known of the principal has changed. */
  watch(principal: Principal, signal: AbortSignal): Watched {
    const controller = new AbortController();
    const requester = { principal, end: (reason: SignalboxError) => controller.abort(reason) };
    this.#requesters.add(requester);
    // No call waits longer than an approval is good for, which is less than the longest timer.
    const leftMs = Math.min(longestMs, earliestEnd(principal) - this.#clock.now());
    const cancelTimer = this.#clock.after(Math.max(0, leftMs), () => requester.end(ended()));
    return {
      signal: AbortSignal.any([signal, controller.signal]),
      stop: () => {
        cancelTimer();
        this.#requesters.delete(requester);
      },
    };
  }
}

const longestMs = 86_400_000;

function earliestEnd({ credential, onBehalfOf }: Principal): number {
  const own = credential?.expiresAt ?? Number.POSITIVE_INFINITY;
  return onBehalfOf ? Math.min(own, earliestEnd(onBehalfOf)) : own;
}

function isAbout(principal: Principal, org: string | undefined, subject: string | undefined): boolean {
  const isOwn =
    (org === undefined || principal.org === org) && (subject === undefined || principal.id === subject);
  return isOwn || (principal.onBehalfOf !== undefined && isAbout(principal.onBehalfOf, org, subject));
}

function ended(): SignalboxError {
  return new SignalboxError(
    'unauthenticated',
    'the credential of this call ended while it waited for its approval; sign in again and make it again',
  );
}

function changed(): SignalboxError {
  return new SignalboxError(
    'approval_required',
    'what is known of the caller changed while this call waited for its approval; make the very same call again',
  );
}
