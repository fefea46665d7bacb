import directory from '@signalbox/directory';
import engineEmbedded from '@signalbox/engine-embedded';
import mcp from '@signalbox/mcp';
import scheduler from '@signalbox/scheduler';
import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';

/** A hub that others have as an upstream, whose tool "slow" is a pipeline: it ends when a test says so. */
export interface FarHub extends AsyncDisposable {
  readonly url: string;
  readonly key: string;
  /** How often its tool was called. */
  readonly runs: () => Promise<number>;
  /** Lets all calls of the tool end. */
  readonly letEnd: () => Promise<void>;
}

/** Starts one. */
export async function startFarHub(): Promise<FarHub> {
  const hub = await startTestHub({
    extensions: [storeSqlite, directory, engineEmbedded, scheduler, mcp],
    settings: { engine: { pollMs: 100 } },
  });
  const pipeline = [{ id: 'news', wait: { event: 'news' } }];
  await use(hub, 'create_task', {
    title: 'slow',
    schedule_kind: 'manual',
    payload: { pipeline, output: { heard: '${steps.news.payload.text}' } },
    publish_as: { name: 'slow' },
  });
  return {
    url: `${hub.url}/mcp`,
    key: hub.key,
    runs: async () => {
      const { items } = await use(hub, 'list_runs', {});
      return Array.isArray(items) ? items.length : 0;
    },
    letEnd: async () => {
      await use(hub, 'publish_event', { topic: 'news', payload: { text: 'it rains' } });
    },
    [Symbol.asyncDispose]: () => hub.stop(),
  };
}

async function use(hub: TestHub, name: string, args: JsonObject): Promise<JsonObject> {
  const result = await hub.call('tool', name, { arguments: args });
  const value = result.kind === 'data' ? result.value['structuredContent'] : undefined;
  if (isJsonObject(value)) return value;
  throw new TypeError(`"${name}" gave ${JSON.stringify(result)}`);
}
