import type { Counter, Histogram, Metrics } from '@signalbox/sdk';

/** The series of one upstream, bound once. */
export interface UpstreamMetrics {
  readonly calls: Counter;
  readonly failures: Counter;
  /** Attempts to connect after the first. */
  readonly restarts: Counter;
  readonly connect: Histogram;
}

/** Binds the series of an upstream. */
export function upstreamMetrics(metrics: Metrics, upstream: string): UpstreamMetrics {
  const labels = { upstream };
  return {
    calls: metrics.counter('calls', 'Calls handed to the upstream', labels),
    failures: metrics.counter('failures', 'Calls that ended with an error instead of a result', labels),
    restarts: metrics.counter('restarts', 'Attempts to connect after the first', labels),
    connect: metrics.histogram(
      'connect',
      'Time from the start of an attempt until everything was listed',
      labels,
    ),
  };
}
