import { randomBytes } from 'node:crypto';
import { engineSettings, setUpRuns } from '@signalbox/runs';
import {
  auditRecorder,
  catalogReader,
  defineExtension,
  directory,
  engine,
  hubInfo,
  namedSecrets,
  upstreamRegistry,
} from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { RunCrew } from './node/run-crew.ts';

/** Carries out pipelines in the hub's own process, so that they survive its end. */
export const engineEmbedded = defineExtension({
  name: 'engine',
  description: 'Durable pipelines, carried out in this process',
  config: engineSettings,
  needs: [database, catalogReader, hubInfo],
  // Upstreams stop after it: calls under way have their time.
  wants: [auditRecorder, directory, namedSecrets, upstreamRegistry],
  provides: [engine],
  setup: async (context) => {
    const { config, clock, health, log, metrics, offer, onReady, onStop, use } = context;
    const { engineOf, ...room } = await setUpRuns(context);
    const crew = new RunCrew({
      ...room,
      settings: config,
      node: randomBytes(8).toString('hex'),
      clock,
      log,
      random: Math.random,
    });
    offer(engine, engineOf(crew));
    const driven = metrics.gauge('runs_active', 'Runs this node carries out now');
    health.check('engine', () => {
      driven.set(crew.size);
      return { status: 'ok' };
    });
    const { stopping } = use(hubInfo);
    onReady(() => (stopping.aborted ? undefined : crew.start()));
    // Whoever has tools may stop first, and then there are none to call.
    stopping.addEventListener('abort', () => crew.leave(), { once: true });
    onStop(() => crew.stop());
  },
});
