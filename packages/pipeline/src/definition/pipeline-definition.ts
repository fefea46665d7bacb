import type { JsonObject, JsonValue } from '@signalbox/sdk';
import { z } from 'zod';
import { pipelineStep, stepName } from './pipeline-step.ts';

const json: z.ZodType<JsonValue> = z.json();
const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), z.json());
const steps = z.array(pipelineStep).min(1);
const common = {
  description: z.string().max(4_000).optional(),
  params_schema: jsonObject
    .optional()
    .describe('JSON Schema of the params of a run; patterns are not supported'),
  params: jsonObject.default({}).describe('Defaults of the params, read as "params.<name>"'),
  vars: z
    .record(stepName, z.json())
    .default({})
    .describe('Variables a step may set, with their first values; read as "vars.<name>"'),
  output: json.optional().describe('What the run gives; the output of the last step unless said'),
  on_failure: steps.optional().describe('Done when the run failed; reads the error as "run.error"'),
  finally: steps.optional().describe('Done at the end however the run went'),
  budget: z
    .strictObject({
      calls: z.int().min(0).optional().describe('Calls of tools and tasks, retries included'),
      seconds: z
        .number()
        .min(0)
        .optional()
        .describe('From the start of the run, and of each further attempt'),
      cost: z.number().min(0).optional().describe('As the tools tell it'),
      tokens: z.number().min(0).optional().describe('As the tools tell it'),
    })
    .optional()
    .describe('The run fails when it takes more'),
  dry_run: z
    .boolean()
    .default(false)
    .describe('Nothing is done but calls of tools that only read; says what would be done'),
};

/** A pipeline, as somebody writes it: its steps under `steps`, or under `pipeline` as Ordinaut has them. */
export const pipelineDefinition = z.union([
  z.strictObject({ steps: steps.describe('Done one after the other'), ...common }),
  z
    .strictObject({ pipeline: steps.describe('The same as "steps"'), ...common })
    .transform(({ pipeline, ...rest }) => ({ steps: pipeline, ...rest })),
]);

/** A {@link pipelineDefinition}, read, with its defaults. */
export type PipelineDefinition = z.output<typeof pipelineDefinition>;
