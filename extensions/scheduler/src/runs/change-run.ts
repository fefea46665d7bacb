import { orderersIn, type RunDetail, type Viewer } from '@signalbox/sdk';
import { engineOf, type WayIn } from '../wire/way-in.ts';
import { getRunFor } from './read-runs.ts';
import { requireRunChange, requireRunRetry } from './require-run-change.ts';

/** Ends a run for somebody. Errors: `not_found`, `conflict`, those of {@link requireRunChange}, `unsupported`. */
export async function cancelRunFor(
  wayIn: WayIn,
  viewer: Viewer,
  id: string,
  { reason, isForced }: { readonly reason: string | undefined; readonly isForced: boolean },
): Promise<RunDetail> {
  const run = await getRunFor(wayIn, viewer, id);
  await requireRunChange(wayIn, viewer, run);
  const { kind, id: who } = viewer.principal;
  const by = `canceled by ${kind} ${who}`;
  await engineOf(wayIn).cancel(run.org, id, {
    reason: reason === undefined ? by : `${by}: ${reason}`,
    isForced,
  });
  return getRunFor(wayIn, viewer, id);
}

/**
 * Goes on with a run that failed, for somebody, who has ordered what it does then. Errors: those of {@link requireRunRetry} and
 * {@link orderersIn}, `not_found`, `conflict`, `unsupported`.
 */
export async function retryRunFor(wayIn: WayIn, viewer: Viewer, id: string): Promise<RunDetail> {
  const run = await getRunFor(wayIn, viewer, id);
  await requireRunRetry(wayIn, viewer, run);
  await wayIn.retryRun(run.org, id, orderersIn(viewer.principal));
  return getRunFor(wayIn, viewer, id);
}
