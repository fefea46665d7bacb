import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  defineExtension,
  type Extension,
  type Invocation,
  type JsonObject,
  SignalboxError,
} from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ask } from '../support/modern.ts';
import { type McpHub, startMcpHub } from '../support/start-mcp-hub.ts';
import { text, tools } from '../support/workshop.ts';

const meta = {
  'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
};

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-tasks-'));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function start(extensions: readonly Extension[] = []): Promise<McpHub & { readonly clock: FakeClock }> {
  const clock = new FakeClock();
  return Object.assign(await startMcpHub({ clock, dataDir, extensions }), { clock });
}

async function get(hub: McpHub, taskId: string): Promise<JsonObject> {
  const answer = await ask(hub, 'tasks/get', { taskId }, { meta, headers: { 'mcp-name': taskId } });
  return answer.json();
}

/** Makes a task of a held call; its target may have made one of its own. */
async function makeTask(
  hub: McpHub & { readonly clock: FakeClock },
  tell: (invocation: Invocation) => void = () => undefined,
): Promise<string> {
  hub.shop.open('a', tools('t'), hub.shop.hold);
  const headers = { accept: 'application/json' };
  const answering = ask(hub, 'tools/call', { name: 'a__t', arguments: {} }, { meta, headers });
  const { invocation } = await hub.shop.call(1);
  tell(invocation);
  hub.clock.advance(10_000);
  const { result } = await (await answering).json();
  return (result as { taskId: string }).taskId;
}

describe('a task from before a restart', () => {
  test('that had ended is there with its result', async () => {
    const first = await start();
    const taskId = await makeTask(first);
    (await first.shop.call(1)).answer();
    while (((await get(first, taskId))['result'] as JsonObject)['status'] !== 'completed');
    await first.stop();
    await using second = await start();
    expect(await get(second, taskId)).toMatchObject({
      result: { status: 'completed', result: { content: [{ text: 'done' }] } },
    });
  });

  test('that ran here has failed, and says so', async () => {
    const first = await start();
    const taskId = await makeTask(first);
    await first.stop();
    await using second = await start();
    expect(await get(second, taskId)).toMatchObject({
      result: { status: 'failed', error: { code: -31502, message: /restarted/ } },
    });
  });

  test('whose upstream is away for a while is asked for again, and keeps where it is', async () => {
    await using hub = await start();
    const handle = { taskId: 'theirs' };
    const identity = { source: 'a', originalName: 't' };
    const seen: unknown[] = [];
    hub.shop.open('a', tools('t'), async ({ request }: Invocation) => {
      seen.push(request.resume?.handle);
      if (seen.length === 1) request.channels?.task?.({ identity, handle });
      if (seen.length < 4) throw new SignalboxError('upstream_unavailable', 'it is away');
      return text('after all');
    });
    const headers = { accept: 'application/json' };
    const made = await ask(hub, 'tools/call', { name: 'a__t', arguments: {} }, { meta, headers });
    const { taskId } = (await made.json())['result'] as { taskId: string };
    for (;;) {
      const { result } = await get(hub, taskId);
      if ((result as JsonObject)['status'] === 'completed') break;
      expect(result).toMatchObject({ status: 'working' });
      hub.clock.advance(1_000);
    }
    expect(seen).toEqual([undefined, handle, handle, handle]);
  });

  test('that an upstream remembers goes on there, without being called again', async () => {
    const first = await start();
    const handle = { taskId: 'theirs' };
    const identity = { source: 'a', originalName: 't' };
    let firstCall: Invocation | undefined;
    const taskId = await makeTask(first, (invocation) => {
      firstCall = invocation;
      invocation.request.channels?.task?.({ identity, handle });
    });
    await first.stop();
    expect(firstCall?.signal.aborted).toBe(false);
    const resumed: unknown[] = [];
    // An upstream is in its place before the hub is ready, as it was before.
    const upstream = defineExtension({
      name: 'upstream',
      config: z.strictObject({}),
      setup: ({ sources }) => {
        const invoke = ({ request }: Invocation) => {
          resumed.push(request.resume);
          return text('after all');
        };
        const source = sources.open({ id: 'a', kind: 'upstream', minLevel: 'public', invoke });
        // Its arguments were checked when it was called.
        source.publish(
          tools('t').map((entry) => ({
            ...entry,
            definition: { ...entry.definition, inputSchema: { type: 'object', required: ['x'] } },
          })),
        );
        source.setState({ status: 'available' });
      },
    });
    await using second = await start([upstream]);
    expect(await get(second, taskId)).toMatchObject({ result: { taskId } });
    for (;;) {
      const { result } = await get(second, taskId);
      if ((result as JsonObject)['status'] === 'completed') {
        expect(result).toMatchObject({ result: { content: [{ text: 'after all' }] } });
        break;
      }
    }
    expect(resumed).toEqual([{ identity, handle }]);
  });
});
