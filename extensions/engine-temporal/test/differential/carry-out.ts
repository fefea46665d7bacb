import { deliverMessage, type EngineTables } from '@signalbox/runs';
import { type Extension, isEnded, isSignalboxError, type JsonValue, type RunStatus } from '@signalbox/sdk';
import { type Call, eventOf, idOf } from '../../../../packages/pipeline/test/support/world.ts';
import type { EngineHub } from '../../../engine-embedded/test/support/engine-hub.ts';
import { type Case, params } from './make-case.ts';
import { WorldTools } from './world-tools.ts';

/** What became of a case with one engine. */
export interface Carried {
  readonly status: RunStatus;
  readonly errorKind: string | undefined;
  readonly output: JsonValue | undefined;
  readonly calls: readonly Call[];
}

/** Most runs at once. */
const atOnce = 50;

/** Carries cases out with a hub, many at a time, answering what they ask and sending the events they wait for. */
export async function carryOut(
  cases: readonly Case[],
  startHub: (extensions: readonly Extension[]) => Promise<EngineHub>,
  onProgress: (ended: number) => void = () => undefined,
): Promise<readonly Carried[]> {
  const ended = new Map<string, () => void>();
  const worlds = new Map<string, Case>();
  const tools = new WorldTools((run, status) => {
    if (isEnded(status)) ended.get(run)?.();
    else void help(hub, worlds.get(run), run);
  });
  const hub: EngineHub = await startHub([tools.extension]);
  hub.engine.callTasks(tools.orderTask);
  try {
    const carried: Carried[] = [];
    let next = 0;
    let done = 0;
    const work = async (): Promise<void> => {
      for (let index = next++; index < cases.length; index = next++) {
        const each = cases[index];
        if (!each) return;
        carried[index] = await carryOne(hub, tools, each, { ended, worlds });
        onProgress(++done);
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, cases.length) }, work));
    return carried;
  } finally {
    await hub.hub.stop();
  }
}

async function carryOne(
  hub: EngineHub,
  tools: WorldTools,
  each: Case,
  { ended, worlds }: { readonly ended: Map<string, () => void>; readonly worlds: Map<string, Case> },
): Promise<Carried> {
  const run = hub.newId();
  const isOver = Promise.withResolvers<void>();
  ended.set(run, isOver.resolve);
  worlds.set(run, each);
  tools.put(run, each.world);
  await hub.order(each.pipeline, { id: run, params, timezone: 'UTC', scheduledAt: 0 });
  await isOver.promise;
  const found = await hub.engine.find('local', run);
  return {
    status: found?.status ?? 'queued',
    errorKind: found?.error?.kind,
    output: found?.output,
    calls: tools.callsOf(run),
  };
}

/** Gives a run that waits what it waits for: answers, and each wait an event of its own. */
async function help(hub: EngineHub, each: Case | undefined, run: string): Promise<void> {
  if (!each) return;
  const queries = hub.database.queries<EngineTables>();
  const questions = await queries
    .selectFrom('engine_questions')
    .select('path')
    .where('run_id', '=', run)
    .execute();
  for (const { path } of questions) {
    const isApproved = !each.world.refusals.has(idOf(path));
    await hub.engine
      .answer('local', { run, path, isApproved, answer: 'fine', by: 'ana' })
      .catch(unlessAnswered);
  }
  const waits = await queries.selectFrom('engine_waits').select('path').where('run_id', '=', run).execute();
  for (const { path } of waits) {
    const { topic, id, payload } = eventOf(path);
    const message = { kind: 'event', path, event: { topic, id, payload } } as const;
    await deliverMessage(hub.database, Date.now(), { run, id: `event:${path}`, message });
  }
  if (waits.length > 0) hub.engine.wake();
}

function unlessAnswered(error: unknown): void {
  if (!isSignalboxError(error) || error.code !== 'not_found') throw error;
}
