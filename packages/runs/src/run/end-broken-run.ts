import { type Log, type RunError, toSignalboxError } from '@signalbox/sdk';
import type { RunRow } from '../store/engine-tables.ts';
import { type EndingParts, endByForce } from './end-by-force.ts';

/**
 * Ends a claimed run whose rows or pipeline this node cannot make sense of, with those its steps have ordered: it would be taken up for
 * ever. Gives the error it has ended with; nothing where it could not be ended.
 */
export async function endBrokenRun(
  parts: EndingParts & { readonly log: Log },
  row: RunRow,
  thrown: unknown,
): Promise<RunError | undefined> {
  const { code, message } = toSignalboxError(thrown);
  // The store may answer again later; what is written there will not change.
  if (code === 'store_failed') return undefined;
  const error = { kind: 'invalid_args', message };
  try {
    await endByForce(parts, row, { status: 'failed', error });
    return error;
  } catch (cause) {
    parts.log.warn('a run that cannot be read could not be ended', { run: row.id, cause });
    return undefined;
  }
}
