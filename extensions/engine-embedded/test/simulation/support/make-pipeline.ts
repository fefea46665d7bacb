import type { JsonObject } from '@signalbox/sdk';
import type { Random } from './random.ts';

const tools = ['read', 'put', 'write', 'write'];

/** A small pipeline of anything the engine carries out. */
export function makePipeline(random: Random): JsonObject {
  let count = 0;
  const newId = (): string => `s${++count}`;
  const steps = Array.from({ length: random.between(1, 3) }, () => makeStep(random, newId));
  // Which event came first is no business of the run's.
  const seen = steps.flatMap(({ id, wait }) =>
    wait === undefined ? [`\${steps.${JSON.stringify(id).slice(1, -1)}}`] : [],
  );
  return {
    steps,
    output: { seen },
    ...(random.chance(0.1) ? { finally: [makeCall(random, newId)] } : {}),
  };
}

function makeStep(random: Random, newId: () => string): JsonObject {
  const kind = random.next();
  if (kind < 0.5) return makeCall(random, newId);
  const id = newId();
  const inside = (): JsonObject[] =>
    Array.from({ length: random.between(1, 2) }, () => makeCall(random, newId));
  if (kind < 0.62) {
    const foreach = { in: '${params.items}', max_parallel: random.between(1, 3) };
    return { id, foreach, steps: inside() };
  }
  if (kind < 0.74)
    return { id, parallel: { branches: Array.from({ length: random.between(2, 3) }, inside) } };
  if (kind < 0.84) return makeSleep(random, id);
  if (kind < 0.92) {
    const match = random.chance(0.3) ? { match: 'event.payload.fits' } : {};
    return { id, wait: { event: 'sim.*', ...match } };
  }
  return { id, approve: { message: 'shall it go on?' } };
}

function makeCall(random: Random, newId: () => string): JsonObject {
  const retries = random.pick([0, 0, 1, 2]);
  return {
    id: newId(),
    uses: random.pick(tools),
    timeout_seconds: random.between(3, 12),
    retry: {
      max: retries,
      strategy: random.pick(['fixed', 'exponential_jitter']),
      base_s: random.between(0, 6),
      on: ['timeout', 'connection', 'rate_limited', 'tool_error'],
    },
    ...(random.chance(0.3) ? { on_unknown: random.pick(['fail', 'retry', 'ask']) } : {}),
    ...(random.chance(0.2) ? { on_error: 'continue' } : {}),
    ...(random.chance(0.2) ? { compensate: { uses: 'put', timeout_seconds: 5 } } : {}),
  };
}

function makeSleep(random: Random, id: string): JsonObject {
  const kind = random.next();
  if (kind < 0.6) return { id, sleep: random.between(0, 20) };
  if (kind < 0.97) return { id, sleep: random.between(20, 100) };
  return { id, sleep_until: random.pick(['${now+1h}', '${now+20m}']) };
}
