import { z } from 'zod';

const gap = z
  .enum(['shift', 'first_valid', 'skip'])
  .describe(
    'What becomes of a time the clocks are put forward over: later by as much as the clocks (RFC 5545), the first time after it, or nothing',
  );

const overlap = z
  .enum(['first', 'second', 'both'])
  .describe('Which is meant of a time that comes twice because the clocks are put back');

/** How a schedule behaves when the clocks of its zone are changed. */
export const dstSettings = z.strictObject({ gap: gap.optional(), overlap: overlap.optional() });

/** {@link dstSettings} with nothing left open. */
export interface DstPolicy {
  readonly gap: z.output<typeof gap>;
  readonly overlap: z.output<typeof overlap>;
}

/** Fills in what each kind of schedule does when nothing is said: cron the first valid time, all others as RFC 5545. */
export function toDstPolicy(kind: string, settings: z.output<typeof dstSettings> | undefined): DstPolicy {
  return {
    gap: settings?.gap ?? (kind === 'cron' ? 'first_valid' : 'shift'),
    overlap: settings?.overlap ?? 'first',
  };
}
