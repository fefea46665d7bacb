import { type JsonObject, type JsonValue } from '@signalbox/sdk';
import { z } from 'zod';
import { errorKinds } from '../stepper/step-error.ts';
import { checkAction } from './check-action.ts';
import { duration } from './duration.ts';
import { limits } from './limits.ts';
import type { StepDefinition } from './step-definition.ts';

const json: z.ZodType<JsonValue> = z.json();
const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), z.json());
const condition = z.string().min(1).max(4_096);

/** What steps and what they keep are called: readable as `steps.<name>`. */
export const stepName = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
    'must begin with a letter, then letters, digits, "_" and "-", 64 at most',
  );

const toolName = z.string().min(1).max(200);
const steps = z.array(z.lazy(() => pipelineStep)).min(1);

const retry = z.strictObject({
  max: z.int().min(0).max(limits.retries).optional().describe('Retries after the first call; 3 unless said'),
  strategy: z
    .enum(['exponential_jitter', 'exponential', 'linear', 'fixed'])
    .optional()
    .describe('How the wait grows; "exponential_jitter" (the default) waits a random part of it'),
  base_s: z.number().min(0).max(86_400).optional().describe('The first wait in seconds; 2 unless said'),
  factor: z.number().min(1).max(100).optional().describe('How much longer each next wait is; 2 unless said'),
  cap_s: z.number().min(0).max(86_400).optional().describe('The longest wait in seconds; 300 unless said'),
  on: z
    .array(z.enum(errorKinds))
    .optional()
    .describe(
      'Errors that are tried again; timeout, connection and rate_limited unless said, and tool_error for idempotent tools',
    ),
});

const foreach = z.strictObject({
  in: json.describe(`The list, usually a template; at most ${limits.items} items`),
  as: stepName.optional().describe('Another name for "item", so that a loop inside can read it'),
  max_parallel: z
    .int()
    .min(1)
    .max(limits.parallel)
    .optional()
    .describe('Items at the same time; 1 unless said'),
  on_item_error: z
    .enum(['fail', 'continue'])
    .optional()
    .describe('"continue" puts null in the place of an item that failed'),
  collect: json.optional().describe('What each item gives; the output of its last step unless said'),
});

/** The list alone. */
const foreachShort = z
  .string()
  .min(1)
  .transform((list) => ({ in: list }))
  .describe('The list alone: "${steps.mail.items}" is {"in": "${steps.mail.items}"}');

const whileLoop = z.strictObject({
  condition: condition.describe('Asked before every round; may read the steps of the round before'),
  max: z
    .int()
    .min(1)
    .max(limits.rounds)
    .optional()
    .describe('Rounds after which the step fails; 100 unless said'),
});

const parallel = z.strictObject({
  steps: steps.optional().describe('Each step is a branch; the output is an object by id'),
  branches: z.array(steps).min(1).optional().describe('Each list is a branch; the output is a list'),
  max: z.int().min(1).max(limits.parallel).optional().describe('Branches at the same time; all unless said'),
});

/** One step, as somebody writes it. */
export const pipelineStep: z.ZodType<StepDefinition> = z
  .strictObject({
    id: stepName.describe('Unique in the pipeline; the output is read as "steps.<id>"'),
    description: z.string().max(1_000).optional(),
    save_as: stepName.optional().describe('Another name for the output, read as "steps.<save_as>"'),
    if: condition.optional().describe('The step is skipped unless this is true; with or without "${}"'),
    else: steps.optional().describe('Done instead when "if" is false; the output of its last step stands in'),
    needs: z
      .array(stepName)
      .optional()
      .describe('Steps of the same list that go before, instead of the one above; [] begins at once'),
    timeout_seconds: z
      .number()
      .positive()
      .max(86_400 * 30)
      .optional()
      .describe('For a call, 30 unless said; for steps with others inside, of all of them'),
    max_retries: z.int().min(0).max(limits.retries).optional().describe('The same as "retry.max"'),
    retry: retry.optional(),
    on_error: z
      .union([
        z.enum(['fail', 'continue']),
        z.strictObject({ goto: stepName.describe('A later step of the same list') }),
        z.strictObject({ steps }),
      ])
      .optional()
      .describe(
        '"continue" goes on with null as output; "steps" are done and the output of the last stands in; "fail" unless said',
      ),
    on_unknown: z
      .enum(['fail', 'retry', 'ask'])
      .optional()
      .describe('When nobody knows how the call ended: fail, call again, or ask a person'),
    compensate: z
      .strictObject({
        uses: toolName,
        with: jsonObject.optional(),
        timeout_seconds: z.number().positive().max(86_400).optional(),
      })
      .optional()
      .describe(
        'The call that undoes this step when a later one fails; its arguments are those when it was done',
      ),
    validate: jsonObject.optional().describe('JSON Schema the output must fit; the step fails otherwise'),
    cache: z
      .strictObject({ key: z.string().min(1).max(4_096), ttl: duration })
      .optional()
      .describe('Gives a result kept under this key instead of calling'),
    uses: toolName.optional().describe('Calls a tool'),
    call: z.string().min(1).max(200).optional().describe('Runs another task and waits for its end'),
    with: jsonObject.optional().describe('Arguments of the tool, or params of the task'),
    set: jsonObject.optional().describe('Sets variables, read as "vars.<name>"'),
    output: json.optional().describe('Gives a value made of others'),
    sleep: z
      .union([duration, z.string().regex(/\$\{/)])
      .optional()
      .describe('Waits so long: a duration, or a template that gives one'),
    sleep_until: z
      .string()
      .min(1)
      .max(4_096)
      .optional()
      .describe('Waits for an instant: ISO 8601 with offset, or a template that gives it'),
    wait: z
      .strictObject({
        event: z.string().min(1).max(1_000).describe('Topic, with * and ** as in schedules'),
        match: condition.optional().describe('The event must make this true; reads it as "event"'),
        timeout: duration.optional(),
      })
      .optional()
      .describe('Waits for an event; the output is the event'),
    approve: z
      .strictObject({
        message: z.string().min(1).max(4_096),
        schema: jsonObject.optional().describe('JSON Schema of what is answered'),
        assignees: z.array(z.string().min(1).max(200)).max(50).optional(),
        timeout: duration.optional(),
        on_timeout: z.enum(['fail', 'approve', 'reject']).optional(),
      })
      .optional()
      .describe('Asks a person; fails with "denied" when the answer is no'),
    steps: steps
      .optional()
      .describe('Steps done one after the other; with "foreach" and "while", again and again'),
    foreach: z
      .union([foreach, foreachShort])
      .optional()
      .describe('Does "steps" for every item of a list; the output is a list'),
    while: whileLoop.optional().describe('Does "steps" as long as the condition is true'),
    parallel: parallel.optional().describe('Does branches at the same time'),
    switch: z
      .strictObject({
        cases: z.array(z.strictObject({ when: condition, steps })).min(1),
        default: steps.optional(),
      })
      .optional()
      .describe('Does the steps of the first case that is true'),
  })
  .superRefine(checkAction)
  .meta({ id: 'Step' });
