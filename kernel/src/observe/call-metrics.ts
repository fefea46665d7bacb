import type { AuditOutcome, CallKind, Counter, Histogram, Metrics } from '@signalbox/sdk';

interface Bound {
  readonly count: Counter;
  readonly duration: Histogram;
}

/** Counts calls and their durations by kind and outcome; each pair is bound once. */
export class CallMetrics {
  readonly #metrics: Metrics;
  readonly #bound = new Map<string, Bound>();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  observe(kind: CallKind, outcome: AuditOutcome, durationMs: number): void {
    const key = `${kind} ${outcome}`;
    const bound = this.#bound.get(key) ?? this.#bind(key, { kind, outcome });
    bound.count.add();
    bound.duration.observe(durationMs);
  }

  #bind(key: string, labels: { kind: string; outcome: string }): Bound {
    const bound = {
      count: this.#metrics.counter('calls', 'Calls through the gate', labels),
      duration: this.#metrics.histogram(
        'call_duration',
        'Time from arrival at the gate to the answer',
        labels,
      ),
    };
    this.#bound.set(key, bound);
    return bound;
  }
}
