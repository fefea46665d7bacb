import type { JsonObject } from '@signalbox/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Answer,
  away,
  done,
  forgotten,
  hanging,
  taskUpstream,
} from '../../engine-embedded/test/support/task-upstream.ts';
import { startTemporalHub } from './support/temporal-hub.ts';
import { describeTemporal, TemporalServer } from './support/temporal-server.ts';

describeTemporal('a call its upstream has made a task of', () => {
  let server: TemporalServer;
  beforeAll(async () => {
    server = await TemporalServer.start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const step = (more: JsonObject = {}): JsonObject => ({ id: 'a', uses: 'a.t', ...more });

  /** A hub over Temporal that carries out that step. */
  async function order(one: JsonObject, ...answers: readonly Answer[]) {
    const upstream = taskUpstream(...answers);
    const extensions = [upstream.extension];
    const hub = await startTemporalHub({ address: server.address }, { extensions });
    return { hub, run: await hub.order([one]), heard: upstream.heard };
  }

  test('is asked after again while the upstream is away, and not made again', async () => {
    const { hub, run, heard } = await order(step(), away, () => done('booked'));
    await using _hub = hub;
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: 'booked' });
    expect(heard).toEqual(['call', 'look']);
  });

  test('is a question for people, where its step says so, when the upstream has forgotten it', async () => {
    const { hub, run, heard } = await order(step({ on_unknown: 'ask' }), forgotten, () => done('again'));
    await using _hub = hub;
    expect((await hub.reached(run, 'waiting')).questions).toMatchObject([{ run, path: 'a' }]);
    await hub.engine.answer('local', { run, path: 'a', isApproved: true, by: 'ada' });
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: 'again' });
    expect(heard).toEqual(['call', 'call']);
  });

  test('is in doubt after its time is up when the task does not end', async () => {
    const { hub, run, heard } = await order(step({ timeout_seconds: 0.2 }), hanging);
    await using _hub = hub;
    expect(await hub.ended(run)).toMatchObject({ status: 'failed', error: { kind: 'in_doubt', step: 'a' } });
    expect(heard).toEqual(['call', 'look']);
  });
});
