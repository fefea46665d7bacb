import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import type { Random } from './random.ts';

const tools = ['read', 'put', 'write', 'write'];

/** Title of the task steps of simulated runs call. */
const childTask = 'child';

/** A small pipeline of anything the engine carries out. */
export function makePipeline(random: Random): JsonObject {
  let count = 0;
  const newId = (): string => `s${++count}`;
  const steps = Array.from({ length: random.between(1, 3) }, () => makeStep(random, newId));
  // Which event came first is no business of the run's.
  const seen = steps.flatMap(({ id, wait, uses }) => {
    const output = `steps.${JSON.stringify(id).slice(1, -1)}`;
    return wait === undefined ? [uses === 'big' ? `\${length(${output}.text)}` : `\${${output}}`] : [];
  });
  return {
    steps,
    output: { seen },
    ...(random.chance(0.3) ? { finally: makeFinally(random, newId) } : {}),
  };
}

/** Has runs ordered beside other steps: a branch ends with a call of the task now and then. Nothing else is another. */
export function withChildren(pipeline: JsonObject, random: Random): JsonObject {
  const steps = pipeline['steps'];
  return Array.isArray(steps)
    ? { ...pipeline, steps: steps.map((step) => withChildrenOf(step, random)) }
    : pipeline;
}

function withChildrenOf(step: JsonValue, random: Random): JsonValue {
  if (!isJsonObject(step) || !isJsonObject(step['parallel']) || random.chance(0.5)) return step;
  const { branches } = step['parallel'];
  if (!Array.isArray(branches)) return step;
  const ordering = branches.map((branch) => {
    const last = Array.isArray(branch) ? branch.at(-1) : undefined;
    if (!Array.isArray(branch) || !isJsonObject(last) || random.chance(0.4)) return branch;
    return [...branch.slice(0, -1), callTask(last['id'] ?? '')];
  });
  return { ...step, parallel: { branches: ordering } };
}

function callTask(id: JsonValue): JsonObject {
  return { id, call: childTask, timeout_seconds: 14_400 };
}

/** The pipeline of the task that steps call: calls and pauses, one after the other. */
export function makeChild(random: Random): JsonObject {
  let count = 0;
  const newId = (): string => `c${++count}`;
  const steps = Array.from({ length: random.between(1, 2) }, () =>
    random.chance(0.3) ? makeSleep(random, newId()) : makeCall(random, newId),
  );
  const output = `\${steps.c${steps.length}}`;
  return { steps, output, ...(random.chance(0.2) ? { finally: makeFinally(random, newId) } : {}) };
}

/** What is done in any case; now and then it takes longer than a run that was told to end has for it. */
function makeFinally(random: Random, newId: () => string): JsonObject[] {
  const call = makeCall(random, newId);
  return random.chance(0.1) ? [call, { id: newId(), sleep: '15m' }] : [call];
}

function makeStep(random: Random, newId: () => string): JsonObject {
  const kind = random.next();
  if (kind < 0.38) return makeCall(random, newId);
  const id = newId();
  if (kind < 0.43) return callTask(id);
  if (kind < 0.48) return makeCachedCall(random, id);
  if (kind < 0.5) return { id, uses: 'big', on_unknown: 'retry' };
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
    ...(random.chance(0.3) ? { compensate: { uses: 'put', timeout_seconds: 5 } } : {}),
  };
}

/** A call whose result is kept: what it gives depends on the key alone. */
function makeCachedCall(random: Random, id: string): JsonObject {
  const key = `key-${random.between(1, 2)}`;
  return {
    id,
    uses: 'steady',
    with: { key },
    cache: { key, ttl: random.pick([5, 60]) },
    on_unknown: 'retry',
  };
}

function makeSleep(random: Random, id: string): JsonObject {
  const kind = random.next();
  if (kind < 0.6) return { id, sleep: random.between(0, 20) };
  if (kind < 0.97) return { id, sleep: random.between(20, 100) };
  return { id, sleep_until: random.pick(['${now+1h}', '${now+20m}']) };
}
