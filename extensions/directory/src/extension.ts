import { randomUUID } from 'node:crypto';
import { policyBook } from '@signalbox/policy';
import { defineExtension, directory, hubInfo, type Log } from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { z } from 'zod';
import { makeApplyChanges } from './apply-changes.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { KeyReader } from './key/key-reader.ts';
import { makeDirectory } from './make-directory.ts';
import { Removals } from './org/removals.ts';
import { PasswordHasher } from './password/password-hasher.ts';
import { WrongAttempts } from './password/wrong-attempts.ts';
import { StoredPolicies } from './policy/stored-policies.ts';
import { Principals } from './principal/principals.ts';
import { readSubjectFacts } from './principal/subject-facts.ts';
import { provideDirectoryRoutes } from './routes/provide-directory-routes.ts';
import { openSetup } from './setup/first-owner.ts';
import { setupLink } from './setup/setup-link.ts';
import { DirectoryChanges } from './store/directory-changes.ts';
import { directoryMigrations } from './store/directory-migrations.ts';

/** Keeps people, machines, organizations, and what they may do. */
export const directoryExtension = defineExtension({
  name: 'directory',
  description: 'People, service accounts, organizations, keys, roles and rules',
  config: z.strictObject({}),
  needs: [database, hubInfo],
  provides: [directory, policyBook, setupLink],
  setup: async (context) => {
    const { clock, log, events } = context;
    const store = context.use(database);
    await store.migrate('directory', directoryMigrations);
    const rows = (): DirectoryChanges['rows'] => changes.rows;
    const keys = new KeyReader(rows, clock, log);
    const policies = new StoredPolicies(rows, log);
    const principals = new Principals((subject) => readSubjectFacts(rows(), subject));
    const changes: DirectoryChanges = new DirectoryChanges(
      { database: store, clock, log, node: randomUUID() },
      makeApplyChanges({ principals, keys, policies, events, clock, log }),
    );
    const parts: DirectoryParts = {
      changes,
      clock,
      principals,
      keys,
      policies,
      hasher: new PasswordHasher(),
      attempts: new WrongAttempts(store, clock),
      removals: new Removals({ changes, events, clock, log }),
    };
    await changes.start();
    context.onStop(async () => {
      await changes.stop();
      await keys.settled();
    });
    context.onStop(() => parts.removals.stop());
    context.onStop(pruneAttempts(parts, context));
    await policies.load();
    let setupToken: string | undefined;
    context.offer(directory, makeDirectory(parts));
    context.offer(policyBook, policies);
    context.offer(setupLink, {
      path: () => (setupToken === undefined ? undefined : `/setup?token=${setupToken}`),
    });
    provideDirectoryRoutes(context.routes, parts);
    context.onReady(() => parts.removals.resume());
    context.onReady(async () => {
      setupToken = await openSetup(parts, store.dialect === 'postgres');
    });
  },
});

const pruneEveryMs = 60_000;

/** Removes counts of wrong passwords that matter no more, until the result is called. */
function pruneAttempts({ attempts, clock }: DirectoryParts, { log }: { readonly log: Log }): () => void {
  let isStopped = false;
  let cancel = (): void => undefined;
  const schedule = (): void => {
    if (isStopped) return;
    cancel = clock.after(pruneEveryMs, () => {
      attempts
        .prune()
        .catch((cause: unknown) => log.warn('old counts of wrong passwords could not be removed', { cause }))
        .finally(schedule);
    });
  };
  schedule();
  return () => {
    isStopped = true;
    cancel();
  };
}
