import type { JsonObject } from '@signalbox/sdk';
import type { HealthRegistry } from '../observe/health-registry.ts';
import type { MetricRegistry } from '../observe/metric-registry.ts';

interface PlainAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * The answers that need no key: whether the hub is ready, its measurements, and what its API looks like.
 * They name no upstream, no person and no address.
 */
export function probeAnswers(
  parts: { readonly health: HealthRegistry; readonly metrics: MetricRegistry },
  document: () => JsonObject,
): { readonly [path: string]: () => Promise<PlainAnswer> } {
  return {
    '/readyz': () => readiness(parts.health),
    '/metrics': () =>
      Promise.resolve({ status: 200, type: 'text/plain; version=0.0.4', body: parts.metrics.render() }),
    '/api/v1/openapi.json': () =>
      Promise.resolve({ status: 200, type: 'application/json', body: JSON.stringify(document(), null, 2) }),
  };
}

/** 200 while everything serves, degraded parts included; 503 when one is down. */
async function readiness(health: HealthRegistry): Promise<PlainAnswer> {
  const isDown = (await health.report()).some(({ status }) => status === 'down');
  return isDown
    ? { status: 503, type: 'text/plain', body: 'not ready\n' }
    : { status: 200, type: 'text/plain', body: 'ready\n' };
}
