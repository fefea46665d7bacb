import { endBrokenRun, type RunRow } from '@signalbox/runs';
import type { DriverParts } from './driver-parts.ts';

/** Ends a run this node can make nothing of, and lets those hear of it who wait for its end. */
export async function endBroken(parts: DriverParts, row: RunRow, thrown: unknown): Promise<void> {
  const error = await endBrokenRun(parts, row, thrown);
  if (error) parts.onStatus({ row }, 'failed', error);
}
