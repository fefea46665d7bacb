import { z } from 'zod';
import type { JsonObject } from './json.ts';

const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), z.json());
const hint = z.boolean().optional();

/** Whose rights the run of a published pipeline has. */
const publishedRights = ['caller', 'owner'] as const;

/** A task as a tool of its own: what callers see of it. Its arguments are those of `params_schema` of the pipeline. */
export const publishAs = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^(?!.*__)[A-Za-z0-9_-]{1,64}$/,
        'must be 1 to 64 of A-Z, a-z, 0-9, "-" and single "_", such as "morning_briefing"',
      )
      .describe('Name of the tool'),
    title: z.string().min(1).max(200).optional(),
    description: z.string().min(1).max(4_000).optional().describe('For agents; that of the task unless said'),
    annotations: z
      .strictObject({
        readOnlyHint: hint,
        destructiveHint: hint,
        idempotentHint: hint,
        openWorldHint: hint,
      })
      .optional()
      .describe('Hints of MCP'),
    output_schema: jsonObject.optional().describe('JSON Schema of the output'),
    run_as: z
      .enum(publishedRights)
      .default('caller')
      .describe('"owner" lends the rights of the task to whoever may call the tool; administrators only'),
  })
  .describe('Makes the task a tool of its own, whatever makes it due');

/** How a task is published. */
export type PublishAs = z.output<typeof publishAs>;
