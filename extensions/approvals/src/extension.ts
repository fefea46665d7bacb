import { firstPolicy, policyBook } from '@signalbox/policy';
import {
  approvalAnswers,
  approvalDesk,
  CredentialWatch,
  defineExtension,
  organizationRemoved,
  secretVault,
} from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { answerCalls } from './answer-calls.ts';
import { Desk } from './approval-desk.ts';
import { provideApprovalRoutes } from './approval-routes.ts';
import { ApprovalStore } from './approval-store.ts';
import { approvalMigrations } from './approval-tables.ts';
import { approvalSettings } from './settings.ts';

const tidyEveryMs = 60_000;

/** Keeps the calls that rules want approved until somebody has answered. */
export const approvals = defineExtension({
  name: 'approvals',
  description: 'Calls that somebody has to approve',
  config: approvalSettings,
  needs: [database, secretVault],
  wants: [policyBook],
  provides: [approvalDesk, approvalAnswers],
  setup: async ({ config, clock, events, find, log, offer, onStop, routes, use }) => {
    const own = use(database);
    await own.migrate('approvals', approvalMigrations);
    const store = new ApprovalStore(own, use(secretVault));
    const credentials = new CredentialWatch(clock, events);
    const policyVersionOf = (org: string): string => (find(policyBook)?.of(org) ?? firstPolicy).version;
    const desk = new Desk({ settings: config, store, credentials, policyVersionOf, clock, log });
    offer(approvalDesk, desk);
    offer(approvalAnswers, answerCalls({ desk, store, policyBook: () => find(policyBook), clock }));
    provideApprovalRoutes(routes, { desk, store });
    events.on(organizationRemoved, ({ org, step, waitFor }) => {
      if (step === 'rows') waitFor(store.removeOrganization(org));
    });
    let cancelTidy = (): void => undefined;
    const planTidy = (): void => {
      cancelTidy = clock.after(tidyEveryMs, () => {
        store
          .tidy(clock.now(), config.keepMs)
          .catch((cause: unknown) => log.warn('old approvals could not be removed', { cause }));
        planTidy();
      });
    };
    planTidy();
    onStop(() => cancelTidy());
  },
});
