import { randomBytes } from 'node:crypto';
import { engineSettings, setUpRuns } from '@signalbox/runs';
import {
  auditRecorder,
  catalogReader,
  defineExtension,
  directory,
  type Extension,
  engine,
  hubInfo,
  type Log,
  namedSecrets,
  upstreamRegistry,
} from '@signalbox/sdk';
import { database } from '@signalbox/store';
import type { WorkflowBundle } from '@temporalio/worker';
import { runActivities } from './activities/run-activities.ts';
import { bundleWorkflows } from './link/bundle-workflows.ts';
import { StoredPayloads } from './link/stored-payloads.ts';
import { TemporalCrew } from './link/temporal-crew.ts';
import { TemporalLink } from './link/temporal-link.ts';

/** Makes the extension; `bundle` gives the code of workflows, made anew by default. */
export function makeEngineTemporal(
  bundle: (log: Log) => Promise<WorkflowBundle> = bundleWorkflows,
): Extension<typeof engineSettings> {
  return defineExtension({
    name: 'engine',
    description: 'Durable pipelines, carried out by a server of Temporal',
    config: engineSettings,
    needs: [database, catalogReader, hubInfo],
    // Upstreams stop after it: calls under way have their time.
    wants: [auditRecorder, directory, namedSecrets, upstreamRegistry],
    provides: [engine],
    setup: async (context) => {
      const { config, clock, health, log, offer, onReady, onStop, use } = context;
      const { engineOf, ...room } = await setUpRuns(context);
      const crew = new TemporalCrew({
        ...room,
        settings: config,
        node: randomBytes(8).toString('hex'),
        clock,
        log,
        client: () => link.client,
      });
      let made: Promise<WorkflowBundle> | undefined;
      const link: TemporalLink = new TemporalLink({
        settings: config,
        activities: runActivities({ ...room, clock, log, look: crew.look, stopping: use(hubInfo).stopping }),
        dataConverter: { payloadCodecs: [new StoredPayloads(room.database)] },
        bundle: () => (made ??= bundle(log)),
        clock,
        log,
        onConnected: crew.look,
      });
      offer(engine, engineOf(crew));
      health.check('engine', async () => {
        try {
          await link.ping();
          return { status: 'ok' };
        } catch (error) {
          // The hub serves without Temporal: orders, answers and events wait in the store.
          return {
            status: 'degraded',
            reason: error instanceof Error ? error.message : 'Temporal does not answer',
          };
        }
      });
      onReady(() => {
        link.start();
        crew.start();
      });
      // Together: who hands runs over may be waiting for a Temporal that does not answer, until the connection is closed.
      onStop(async () => void (await Promise.all([crew.stop(), link.stop()])));
    },
  });
}
