import { SignalboxError, type Viewer } from '@signalbox/sdk';
import type { Core } from '../core.ts';

/**
 * How deep what somebody sets up now would be: 0 for people, one more than the run for a run. The credential of a run names it, or
 * its task.
 */
export async function depthOf(
  { stores, engine }: Pick<Core, 'stores' | 'engine'>,
  { principal }: Viewer,
): Promise<number> {
  const { credential, org } = principal;
  if (credential?.kind !== 'task') return 0;
  const occurrence = await stores.occurrences.findRun(org, credential.id);
  if (occurrence) return occurrence.depth + 1;
  // A run that a step has called, and one of no task, is of no occurrence.
  const run = await engine()?.find(org, credential.id);
  if (run) return run.depth + 1;
  const task = await stores.tasks.find(org, credential.id);
  return (task?.row.depth ?? 0) + 1;
}

/** True for a run that acts for somebody. */
export function isRunning({ principal }: Viewer): boolean {
  return principal.credential?.kind === 'task';
}

/** Errors: `forbidden` for what would be deeper than runs may go. */
export function requireDepth({ settings }: Pick<Core, 'settings'>, depth: number): void {
  if (depth <= settings.maxDepth) return;
  throw new SignalboxError(
    'forbidden',
    `runs make tasks and runs only ${settings.maxDepth} deep (scheduler.maxDepth); this one would be deeper`,
  );
}
