import {
  type RunDetail,
  type RunQuestion,
  type RunSelection,
  type RunStatus,
  type RunView,
  SignalboxError,
  type Viewer,
} from '@signalbox/sdk';
import { engineOf, type WayIn } from '../wire/way-in.ts';

type Reads = Pick<WayIn, 'tasks' | 'engine'>;

/** The runs of who asks for them's organization, newest first. Errors: those of `requirePermission`, `unsupported`. */
export async function listRunsFor(
  { tasks, engine }: Reads,
  viewer: Viewer,
  selection: RunSelection,
): Promise<readonly RunView[]> {
  tasks.requirePermission(viewer, 'tasks:read');
  return engineOf({ engine }).list(viewer.principal.org, selection);
}

/** How the runs of the organization that were ordered since an instant stand. Errors: those of `requirePermission`, `unsupported`. */
export async function countRunsFor(
  { tasks, engine }: Reads,
  viewer: Viewer,
  since: number,
): Promise<ReadonlyMap<RunStatus, number>> {
  tasks.requirePermission(viewer, 'tasks:read');
  return engineOf({ engine }).countSince(viewer.principal.org, since);
}

/** A run with its steps. Errors: `not_found`, those of `requirePermission`, `unsupported`. */
export async function getRunFor({ tasks, engine }: Reads, viewer: Viewer, id: string): Promise<RunDetail> {
  tasks.requirePermission(viewer, 'tasks:read');
  const run = await engineOf({ engine }).find(viewer.principal.org, id);
  if (run) return run;
  throw new SignalboxError(
    'not_found',
    `there is no run "${id.slice(0, 64)}"; those that ended long ago are not kept`,
  );
}

/** What runs of the organization ask, oldest first. Errors: those of `requirePermission`, `unsupported`. */
export async function listQuestionsFor(
  { tasks, engine }: Reads,
  viewer: Viewer,
): Promise<readonly RunQuestion[]> {
  tasks.requirePermission(viewer, 'tasks:read');
  return engineOf({ engine }).questions(viewer.principal.org);
}
