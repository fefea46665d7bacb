import { z } from 'zod';

/** The section `engine` of signalbox.yaml. */
export const engineSettings = z.strictObject({
  maxRuns: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('Runs this node carries out at once; those that only wait are not counted'),
  hints: z
    .enum(['trusted', 'ignored'])
    .default('trusted')
    .describe(
      'Whether a tool that says it only reads or is idempotent is called again when nobody knows how its call ended; ignored: only those in repeatable are',
    ),
  repeatable: z
    .array(z.string().min(1).max(256))
    .max(1_000)
    .default([])
    .describe('Tools that may be called again when nobody knows how their call ended, whatever they say'),
  leaseMs: z
    .int()
    .min(1_000)
    .max(600_000)
    .default(30_000)
    .describe('Time after which another node takes over the runs of one that is silent'),
  pollMs: z
    .int()
    .min(10)
    .max(60_000)
    .default(1_000)
    .describe('How often a node looks for runs nobody told it of'),
  graceMs: z
    .int()
    .min(0)
    .max(600_000)
    .default(10_000)
    .describe('Time calls get to end by themselves when the hub stops'),
  keepDays: z
    .int()
    .min(0)
    .max(3_650)
    .default(30)
    .describe('Days ended runs are kept with their steps; 0 keeps all'),
});

/** The section `engine`, read. */
export type EngineSettings = z.output<typeof engineSettings>;
