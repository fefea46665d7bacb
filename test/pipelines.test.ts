import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import engineEmbedded from '@signalbox/engine-embedded';
import gateway from '@signalbox/gateway';
import { owner } from '@signalbox/kernel';
import schedulerExtension from '@signalbox/scheduler';
import {
  catalogReader,
  defineExtension,
  type Engine,
  type Extension,
  engine,
  isEnded,
  type JsonObject,
  type RunDetail,
  runChanged,
  type Scheduler,
  scheduler,
  type TaskInput,
  type Viewer,
} from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { FakeClock, startTestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import calendar from '../examples/morning-briefing/tools/calendar.ts';
import inbox from '../examples/morning-briefing/tools/inbox.ts';
import messenger from '../examples/morning-briefing/tools/messenger.ts';
import planner from '../examples/morning-briefing/tools/planner.ts';
import weather from '../examples/morning-briefing/tools/weather.ts';

const viewer: Viewer = { principal: owner, interface: { name: 'stdio', level: 'anchor' } };

/** A hub with the scheduler, the engine and these, and what a test does with it. */
async function startHub(extensions: readonly Extension[], settings: JsonObject, clock?: FakeClock) {
  const held: { engine?: Engine; scheduler?: Scheduler; tools?: () => readonly string[] } = {};
  const ended: RunDetail[] = [];
  const probe = defineExtension({
    name: 'probe',
    config: z.strictObject({}),
    needs: [engine, scheduler, catalogReader],
    setup: ({ use, events }) => {
      const own = use(engine);
      held.engine = own;
      held.scheduler = use(scheduler);
      const catalog = use(catalogReader);
      held.tools = () => catalog.items('tool').map(({ name }) => name);
      events.on(runChanged, ({ org, run, status }) => {
        if (!isEnded(status)) return;
        void own.find(org, run).then((found) => {
          if (found) ended.push(found);
        });
      });
    },
  });
  const hub = await startTestHub({
    extensions: [storeSqlite, ...extensions, engineEmbedded, schedulerExtension, probe],
    settings,
    ...(clock ? { clock } : {}),
  });
  const { scheduler: tasks, tools } = held;
  if (!tasks || !tools) throw new Error('the probe was not set up');
  return {
    hub,
    tasks,
    tools,
    /** The runs that have ended, in the order they did. */
    ended,
  };
}

const readTask = (name: string): TaskInput =>
  JSON.parse(
    readFileSync(fileURLToPath(new URL(`../examples/${name}`, import.meta.url)), 'utf8'),
  ) as TaskInput;

describe('the weekday morning briefing', () => {
  test('is sent at half past eight in Chisinau, on weekdays, on both sides of a change of the clocks', async () => {
    // Thursday, 2026-03-26, 12:00 UTC; the clocks go forward on Sunday, 2026-03-29.
    const clock = new FakeClock(Date.UTC(2026, 2, 26, 12));
    const { hub, tasks, ended } = await startHub([calendar, weather, inbox, planner, messenger], {}, clock);
    await tasks.create(viewer, readTask('morning-briefing/task.json'));
    const letPassUntil = async (count: number, at: number): Promise<void> => {
      clock.advance(at - clock.now());
      // The hub works between two moments of a clock that stands still.
      await expect
        .poll(() => (clock.advance(1_000), ended.length), { timeout: 50_000, interval: 10 })
        .toBe(count);
    };
    await letPassUntil(1, Date.UTC(2026, 2, 27, 6, 29, 50));
    await letPassUntil(2, Date.UTC(2026, 2, 30, 5, 29, 50));
    const runs = ended;
    expect(runs.map(({ scheduledAt, status }) => [new Date(scheduledAt).toISOString(), status])).toEqual([
      ['2026-03-27T06:30:00.000Z', 'succeeded'],
      ['2026-03-30T05:30:00.000Z', 'succeeded'],
    ]);
    expect(runs[1]?.steps.map(({ path, status }) => [path, status])).toEqual(
      ['calendar', 'weather', 'emails', 'brief', 'notify'].map((path) => [path, 'done']),
    );
    expect(hub.logged()).toContain('09:30 Stand-up\\n11:00 Budget with Ana\\n14 degrees, take an umbrella');
    await hub.stop();
  });
});

describe('a pipeline over real servers', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-pipelines-'));
    const example = new URL('../examples/quickstart/files/hello.txt', import.meta.url);
    copyFileSync(fileURLToPath(example), join(folder, 'hello.txt'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('reads a file, has it repeated, keeps it and finds it again', async () => {
    const upstreams = {
      files: { command: 'mcp-server-filesystem', args: [folder] },
      memory: { command: 'mcp-server-memory', env: { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') } },
      everything: { command: 'mcp-server-everything' },
    };
    const { hub, tasks, tools, ended } = await startHub([gateway], { gateway: { upstreams } });
    const wanted = ['files__read_text_file', 'memory__create_entities', 'everything__echo'];
    await expect.poll(() => wanted.every((name) => tools().includes(name)), { timeout: 60_000 }).toBe(true);
    const { id } = await tasks.create(viewer, readTask('quickstart/remember-a-file.json'));
    await tasks.runNow(viewer, id, { params: { path: join(folder, 'hello.txt') } });
    await expect.poll(() => ended.length, { timeout: 30_000 }).toBe(1);
    const [run] = ended;
    expect(run, JSON.stringify(run?.error)).toMatchObject({ status: 'succeeded' });
    expect(JSON.stringify(run?.output)).toContain('hello.txt');
    await hub.stop();
  });
});
