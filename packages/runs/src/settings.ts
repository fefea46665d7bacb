import { z } from 'zod';

/** The section `engine` of signalbox.yaml. */
export const engineSettings = z.strictObject({
  driver: z
    .enum(['embedded', 'temporal'])
    .default('embedded')
    .describe('Who carries runs out: embedded is the hub itself, temporal a server of Temporal'),
  temporal: z
    .strictObject({
      address: z
        .string()
        .min(1)
        .max(300)
        .default('127.0.0.1:7233')
        .describe('Host and port of the frontend of Temporal'),
      namespace: z
        .string()
        .min(1)
        .max(255)
        .default('default')
        .describe('Namespace of the workflows; it has to exist'),
      taskQueue: z
        .string()
        .min(1)
        .max(200)
        .default('signalbox')
        .describe('Queue all nodes of this hub take work from; hubs that share a namespace need one each'),
      tls: z.boolean().default(false).describe('Whether to connect with TLS; with apiKey it always is'),
      apiKey: z
        .string()
        .min(1)
        .max(10_000)
        .optional()
        .describe('Key of Temporal Cloud or of a proxy in front, as ${env:NAME}')
        .meta({ writeOnly: true }),
      maxHistory: z
        .int()
        .min(20)
        .max(40_000)
        .default(8_000)
        .describe('Events of a history after which a run goes on in a new one'),
    })
    .prefault({})
    .describe('Where Temporal is; read with driver: temporal only'),
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
  tidyUpMs: z
    .int()
    .min(1_000)
    .max(86_400_000)
    .default(120_000)
    .describe(
      'Time a run that was canceled or took too long gets to stop and to tidy up (compensate, finally); then it is ended as it stands. Runs that its steps have ordered get half of it, and so on',
    ),
  keepDays: z
    .int()
    .min(0)
    .max(3_650)
    .default(30)
    .describe('Days ended runs are kept with their steps; 0 keeps all'),
});

/** The section `engine`, read. */
export type EngineSettings = z.output<typeof engineSettings>;
