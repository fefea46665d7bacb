import { fileURLToPath } from 'node:url';
import type { Log } from '@signalbox/sdk';
import { bundleWorkflowCode, type WorkflowBundle } from '@temporalio/worker';
import { toTemporalLogger } from './temporal-logger.ts';

/** Makes the code that runs in the sandbox of workflows, out of the sources; nothing is fetched for it. Takes seconds. */
export function bundleWorkflows(log: Log): Promise<WorkflowBundle> {
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../workflow/index.ts', import.meta.url)),
    logger: toTemporalLogger(log),
    // They keep nothing of a run, so all workflows of a process share them: half the time it takes to begin one.
    preloadModules: ['zod', '@signalbox/sdk'],
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, conditionNames: ['@signalbox/source', '...'] },
    }),
  });
}
