import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JsonObject, SignalboxError } from '@signalbox/sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startEngineHub } from './support/engine-hub.ts';
import {
  type Answer,
  away,
  done,
  forgotten,
  hanging,
  refused,
  type TaskUpstream,
  taskUpstream,
} from './support/task-upstream.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-engine-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const settings = { engine: { graceMs: 0, pollMs: 50 } };
const step = (more: JsonObject = {}): JsonObject => ({ id: 'a', uses: 'a.t', ...more });
const inDoubt = { status: 'failed', error: { kind: 'in_doubt', step: 'a' } };
const refusal = { status: 'failed', error: { kind: 'tool_error', message: 'no room is free' } };

/** How a run of that one step ends, and what the upstream has heard. */
async function outcomeOf(one: JsonObject, ...answers: readonly Answer[]) {
  const upstream = taskUpstream(...answers);
  await using hub = await startEngineHub({ settings, extensions: [upstream.extension] });
  const { status, error, output } = await hub.ended(await hub.order([one]));
  return { run: { status, ...(error && { error }), output }, heard: upstream.heard };
}

describe('a call its upstream has made a task of', () => {
  test('is asked after again while the upstream is away, and not made again', async () => {
    const { run, heard } = await outcomeOf(step(), away, away, () => done('booked'));
    expect(run).toMatchObject({ status: 'succeeded', output: 'booked' });
    expect(heard).toEqual(['call', 'look', 'look']);
  });

  test('is in doubt when the upstream is away for as long as the call may take', async () => {
    const { run, heard } = await outcomeOf(step({ timeout_seconds: 1.5 }), away);
    expect(run).toMatchObject(inDoubt);
    expect(heard).toEqual(['call', 'look']);
  });

  test('is in doubt when the upstream does not know the task any more', async () => {
    const { run, heard } = await outcomeOf(step(), forgotten);
    expect(run).toMatchObject(inDoubt);
    expect(heard).toEqual(['call']);
  });

  test('fails as the task does, and its retries are calls of their own', async () => {
    const again = { retry: { max: 1, base_s: 0.01, on: ['tool_error'] } };
    const { run, heard } = await outcomeOf(step(again), refused);
    expect(run).toMatchObject(refusal);
    expect(heard).toEqual(['call', 'call']);
  });

  test('is made again after its time is up when the task has surely ended', async () => {
    const again = { timeout_seconds: 0.2, retry: { max: 1, base_s: 0.01 } };
    const { run, heard } = await outcomeOf(step(again), hanging, refused, () => done('booked'));
    expect(run).toMatchObject({ status: 'succeeded', output: 'booked' });
    expect(heard).toEqual(['call', 'look', 'call']);
  });

  test('has the result it came to right when its time was up', async () => {
    const { run, heard } = await outcomeOf(step({ timeout_seconds: 0.2 }), hanging, () => done('booked'));
    expect(run).toMatchObject({ status: 'succeeded', output: 'booked' });
    expect(heard).toEqual(['call', 'look']);
  });

  test('is in doubt after its time is up when the task does not end', async () => {
    const { run, heard } = await outcomeOf(step({ timeout_seconds: 0.2 }), hanging);
    expect(run).toMatchObject(inDoubt);
    expect(heard).toEqual(['call', 'look']);
  });
});

describe('a task that was under way when the hub stopped', () => {
  /** A hub that comes up after one that stopped while the task was followed. */
  async function afterStop(one: JsonObject, ...answers: readonly Answer[]) {
    const before = taskUpstream(hanging);
    const first = await startEngineHub({ dataDir, settings, extensions: [before.extension] });
    const run = await first.order([one]);
    await before.untilHeard(1);
    await first.hub.stop();
    const upstream: TaskUpstream = taskUpstream(...answers);
    const hub = await startEngineHub({ dataDir, settings, extensions: [upstream.extension] });
    return { hub, run, heard: upstream.heard };
  }

  test('is asked after until the upstream is there again', async () => {
    const { hub, run, heard } = await afterStop(step(), away, away, () => done('booked'));
    await using _hub = hub;
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: 'booked' });
    expect(heard).toEqual(['look', 'look', 'look']);
  });

  test('is asked after by the next hub when its upstream went away while the first stopped', async () => {
    let goAway: (error: Error) => void = () => undefined;
    const working: Answer = () => new Promise((_, reject) => void (goAway = reject));
    const before = taskUpstream(working, away);
    const patient = { engine: { graceMs: 5_000, pollMs: 50 } };
    const first = await startEngineHub({ dataDir, settings: patient, extensions: [before.extension] });
    const run = await first.order([step()]);
    await before.untilHeard(1);
    const stopped = first.hub.stop();
    await expect.poll(() => first.info.stopping.aborted).toBe(true);
    goAway(new SignalboxError('upstream_unavailable', 'the upstream stops, too'));
    await stopped;
    const upstream = taskUpstream(() => done('booked'));
    await using hub = await startEngineHub({ dataDir, settings, extensions: [upstream.extension] });
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: 'booked' });
    expect(upstream.heard).toEqual(['look']);
  });

  test('is a question for people, where its step says so, when the upstream has forgotten it', async () => {
    const { hub, run, heard } = await afterStop(step({ on_unknown: 'ask' }), forgotten, () => done('again'));
    await using _hub = hub;
    expect((await hub.reached(run, 'waiting')).questions).toMatchObject([{ run, path: 'a' }]);
    await hub.engine.answer('local', { run, path: 'a', isApproved: true, by: 'ada' });
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: 'again' });
    expect(heard).toEqual(['look', 'call']);
  });

  test('is in doubt when its time is up', async () => {
    const { hub, run, heard } = await afterStop(step({ timeout_seconds: 0.2 }), hanging);
    await using _hub = hub;
    expect(await hub.ended(run)).toMatchObject(inDoubt);
    expect(heard).toEqual(['look']);
  });

  test('fails as it does', async () => {
    const { hub, run, heard } = await afterStop(step({ on_unknown: 'ask' }), refused);
    await using _hub = hub;
    expect(await hub.ended(run)).toMatchObject(refusal);
    expect(heard).toEqual(['look']);
  });
});
