import { z } from 'zod';

/** The section `approvals` of signalbox.yaml. */
export const approvalSettings = z.strictObject({
  waitMs: z
    .int()
    .min(0)
    .max(900_000)
    .default(50_000)
    .describe(
      'How long a call waits for its approval; then it is answered with approval_required, and the same call made again uses the approval',
    ),
  expiresMs: z
    .int()
    .min(1_000)
    .max(900_000)
    .default(900_000)
    .describe(
      'Time after which nobody having answered refuses the call, and after which an approval that was not used is worth nothing',
    ),
  selfApproval: z
    .enum(['never', 'anchor'])
    .default('never')
    .describe('Whether somebody may approve a call of their own: never, or with level anchor'),
  maxPending: z
    .int()
    .min(1)
    .max(100_000)
    .default(1_000)
    .describe('Calls of one organization waiting at once'),
  maxPendingPerPrincipal: z
    .int()
    .min(1)
    .max(10_000)
    .default(50)
    .describe('Calls of one principal waiting at once'),
  keepMs: z
    .int()
    .min(60_000)
    .max(31_536_000_000)
    .default(2_592_000_000)
    .describe('How long answered ones are kept'),
});

/** The section `approvals`, read. */
export type ApprovalSettings = z.output<typeof approvalSettings>;
