import type { AuditRecorder, Clock, Counter, Metrics } from '@signalbox/sdk';

/** Why a request was not let in; who sent it is told nothing of it. */
const refusalReasons = [
  'unknown',
  'disabled',
  'owner-gone',
  'no-signature',
  'wrong-signature',
  'stale',
  'own',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

interface RefusalParts {
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly recorder: () => AuditRecorder | undefined;
}

const noteEveryMs = 60_000;
const mostKnown = 1_000;

/**
 * Counts requests that were not let in, and tells the audit: of one webhook and reason once a minute, with how many there were since,
 * so that nobody fills it.
 */
export class Refusals {
  readonly #parts: RefusalParts;
  readonly #counters: ReadonlyMap<RefusalReason, Counter>;
  readonly #told = new Map<string, { atMs: number; count: number }>();

  constructor(parts: RefusalParts) {
    this.#parts = parts;
    this.#counters = new Map(
      refusalReasons.map((reason) => [
        reason,
        parts.metrics.counter('refused', 'Requests to webhooks that were not let in', { reason }),
      ]),
    );
  }

  /** `target` is the webhook's id; a request to none is told to the hub's own organization. */
  count(
    reason: RefusalReason,
    target: { readonly org: string; readonly id: string },
    address?: string,
  ): void {
    this.#counters.get(reason)?.add();
    const nowMs = this.#parts.clock.now();
    const key = `${target.id} ${reason}`;
    const told = this.#told.get(key);
    if (told && nowMs - told.atMs < noteEveryMs) {
      told.count += 1;
      return;
    }
    if (this.#told.size >= mostKnown) this.#told.clear();
    this.#told.set(key, { atMs: nowMs, count: 0 });
    this.#parts.recorder()?.note(
      {
        kind: 'webhook',
        action: 'refuse',
        orgs: [target.org],
        actor: { type: 'anonymous', id: 'anonymous' },
        target: target.id,
        interface: 'http',
        address,
        reason,
        details: { before: told?.count ?? 0 },
      },
      { outcome: 'denied', code: 'unauthenticated' },
    );
  }
}
