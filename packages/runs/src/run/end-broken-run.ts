import { type Log, toSignalboxError } from '@signalbox/sdk';
import type { RunRow } from '../store/engine-tables.ts';
import { type EndingParts, endByForce } from './end-by-force.ts';

/**
 * Ends a claimed run whose rows or pipeline this node cannot make sense of, with those its steps have ordered: it would be taken up for
 * ever.
 */
export async function endBrokenRun(
  parts: EndingParts & { readonly log: Log },
  row: RunRow,
  thrown: unknown,
): Promise<void> {
  const { code, message } = toSignalboxError(thrown);
  // The store may answer again later; what is written there will not change.
  if (code === 'store_failed') return;
  try {
    await endByForce(parts, row, { status: 'failed', error: { kind: 'invalid_args', message } });
  } catch (cause) {
    parts.log.warn('a run that cannot be read could not be ended', { run: row.id, cause });
  }
}
