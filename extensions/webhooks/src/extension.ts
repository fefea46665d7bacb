import { randomBytes } from 'node:crypto';
import { policyBook } from '@signalbox/policy';
import { SafeFetcher } from '@signalbox/safe-fetch';
import {
  auditRecorder,
  type Clock,
  defineExtension,
  directory,
  engine,
  eventPublished,
  hubInfo,
  organizationRemoved,
  runChanged,
  scheduler,
  secretVault,
  taskChanged,
  uuidv7,
} from '@signalbox/sdk';
import { database } from '@signalbox/store';
import type { Core } from './core.ts';
import { hookMount } from './in/hook-mount.ts';
import { Refusals } from './in/refusals.ts';
import { RequestRate } from './in/request-rate.ts';
import { Origin } from './origin.ts';
import { DeliveryCrew } from './out/delivery-crew.ts';
import { sendDelivery } from './out/send-delivery.ts';
import { provideWebhookRoutes } from './routes.ts';
import { Secrets } from './secrets.ts';
import { webhookSettings } from './settings.ts';
import { DeliveryStore } from './store/delivery-store.ts';
import { NoteWriter } from './store/note-writer.ts';
import { WebhookStore } from './store/webhook-store.ts';
import { webhookMigrations } from './store/webhook-tables.ts';

const tidyEveryMs = 3_600_000;
const dayMs = 86_400_000;

/** Makes the extension; `onMade` gets hold of what it works with. */
export function makeWebhooksExtension(onMade: (core: Core) => void = () => undefined) {
  return defineExtension({
    name: 'webhooks',
    description: 'Signed requests that tell of events, and that tell others of runs, tasks and events',
    config: webhookSettings,
    needs: [database, secretVault, hubInfo],
    wants: [scheduler, engine, directory, policyBook, auditRecorder],
    setup: async (context) => {
      const { clock, config, events, find, log, metrics, onReady, onStop, routes, use } = context;
      const own = use(database);
      await own.migrate('webhooks', webhookMigrations);
      const newId = (): string => newIdOf(clock);
      const fetcher = new SafeFetcher({
        allowPrivate: config.allowPrivate,
        privateSetting: 'webhooks.allowPrivate',
        clock,
      });
      const deliveries = new DeliveryStore(own);
      const crew = new DeliveryCrew({
        deliveries,
        clock,
        log,
        maxAtOnce: config.maxAtOnce,
        leaseMs: config.timeoutMs * 4,
        send: (held, signal) => sendDelivery(core, held, signal),
      });
      const core: Core = {
        settings: config,
        clock,
        log,
        webhooks: new WebhookStore(own),
        deliveries,
        secrets: new Secrets(use(secretVault)),
        origin: new Origin(use(secretVault)),
        fetcher,
        crew,
        rate: new RequestRate(clock, config.perMinute),
        refusals: new Refusals({ metrics, clock, recorder: () => find(auditRecorder) }),
        scheduler: () => find(scheduler),
        engine: () => find(engine),
        directory: () => find(directory),
        policyBook: () => find(policyBook),
        random: Math.random,
        randomBytes,
        newId,
        userAgent: `Signalbox/${use(hubInfo).version}`,
        onDisabled: ({ row }, reason) =>
          find(auditRecorder)?.note(
            {
              kind: 'webhook',
              action: 'disable',
              orgs: [row.org],
              actor: { type: 'extension', id: 'webhooks' },
              target: row.id,
              interface: 'hub',
              details: { reason },
            },
            { outcome: 'ok' },
          ),
      };
      onMade(core);
      const notes = new NoteWriter(own, newId);
      find(scheduler)?.noteChanges(notes.changes);
      find(engine)?.noteRuns?.(notes.run);
      routes.mount(hookMount(core, log));
      provideWebhookRoutes(routes, core);
      events.on(runChanged, () => crew.wake());
      events.on(taskChanged, () => crew.wake());
      events.on(eventPublished, () => crew.wake());
      events.on(organizationRemoved, ({ org, step, waitFor }) => {
        if (step === 'rows') waitFor(core.webhooks.removeOrganization(org));
      });
      let cancelTidy = (): void => undefined;
      const planTidy = (): void => {
        cancelTidy = clock.after(tidyEveryMs, () => {
          deliveries
            .tidy(clock.now() - config.keepDays * dayMs)
            .catch((cause: unknown) => log.warn('old deliveries could not be removed', { cause }))
            .finally(planTidy);
        });
      };
      onReady(async () => {
        if (own.dialect === 'sqlite') await deliveries.releaseAll();
        crew.wake();
        planTidy();
      });
      onStop(async () => {
        cancelTidy();
        await crew.stop();
        await fetcher.close();
      });
    },
  });
}

/** Signed ways in for events, and signed requests that tell others of runs, tasks and events. */
export const webhooks = makeWebhooksExtension();

function newIdOf(clock: Clock): string {
  return uuidv7(clock.now(), randomBytes(10));
}
