import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import approvals from '@signalbox/approvals';
import { type Client as ApiClient, createClient } from '@signalbox/client';
import directoryExtension from '@signalbox/directory';
import engineEmbedded from '@signalbox/engine-embedded';
import mcp from '@signalbox/mcp';
import {
  type CallRequest,
  defineExtension,
  isJsonObject,
  type JsonObject,
  type Principal,
  type RunStatus,
  runChanged,
  SignalboxError,
  tool,
} from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import vault from '@signalbox/vault';
import { z } from 'zod';
import schedulerExtension from '../../src/index.ts';

/** A hub that keeps tasks and carries them out, with the ways in to both. */
export interface WayInHub extends AsyncDisposable {
  readonly test: TestHub;
  readonly api: ApiClient;
  /** An MCP client of the owner. */
  readonly mcp: Client;
  /** Calls a tool as the owner, or as somebody else, and gives what it answers. */
  readonly use: (tool: string, args?: JsonObject, changes?: Partial<CallRequest>) => Promise<JsonObject>;
  /** Awaits that a run has a status; one that has ended otherwise is shown. */
  readonly reached: (run: string, status: RunStatus) => Promise<JsonObject>;
  /** Lets the tool `fragile` fail, or not any more. */
  readonly probe: { isBroken: boolean };
}

/** What may differ. */
export interface WayInOptions {
  /** Keep data here across several hubs. */
  readonly dataDir?: string;
  readonly settings?: JsonObject;
}

/** Starts it, with the tools `look` and `fragile`. */
export async function startWayIn({ dataDir, settings = {} }: WayInOptions = {}): Promise<WayInHub> {
  const probe = { isBroken: false };
  const listeners = new Set<() => void>();
  const extension = defineExtension({
    name: 'probe',
    config: z.strictObject({}),
    setup: ({ tools, events }) => {
      events.on(runChanged, () => {
        for (const listener of listeners) listener();
      });
      const options = { annotations: { readOnlyHint: true } };
      tools.provide(
        'look',
        tool('Looks at something', z.strictObject({ at: z.string() }), ({ at }) => ({ seen: at }), options),
      );
      tools.provide(
        'fragile',
        tool(
          'Fails at times',
          z.strictObject({}),
          () => {
            if (probe.isBroken) throw new SignalboxError('conflict', 'this is not the time');
            return { ok: true };
          },
          options,
        ),
      );
    },
  });
  const test = await startTestHub({
    extensions: [
      storeSqlite,
      vault,
      approvals,
      directoryExtension,
      engineEmbedded,
      schedulerExtension,
      mcp,
      extension,
    ],
    settings: { engine: { pollMs: 100 }, ...settings },
    ...(dataDir === undefined ? {} : { dataDir }),
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${test.url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${test.key}` } },
    }),
  );
  const use: WayInHub['use'] = async (name, args = {}, changes = {}) => {
    const result = await test.call('tool', name, { arguments: args }, changes);
    const value = result.kind === 'data' ? result.value : {};
    if (isJsonObject(value['structuredContent'])) return value['structuredContent'];
    throw new TypeError(`"${name}" gave ${JSON.stringify(value)}`);
  };
  return {
    test,
    probe,
    use,
    api: createClient({ url: test.url, key: test.key }),
    mcp: client,
    reached: async (run, status) => {
      for (;;) {
        const changed = Promise.withResolvers<void>();
        listeners.add(changed.resolve);
        const found = await use('get_run', { run });
        if (found['status'] === status) return found;
        if (typeof found['finished_at'] === 'string') throw new TypeError(JSON.stringify(found));
        await changed.promise;
        listeners.delete(changed.resolve);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await test.stop();
    },
  };
}

/** The owner while a run acts for them. */
export const ownerInRun = (run: string): Principal => ({
  kind: 'user',
  id: 'owner',
  org: 'local',
  level: 'anchor',
  roles: ['owner'],
  credential: { kind: 'task', id: run },
});
