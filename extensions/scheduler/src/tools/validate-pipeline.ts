import type { JsonObject, Tool } from '@signalbox/sdk';
import { z } from 'zod';
import type { WayIn } from '../wire/way-in.ts';
import { judgePipeline } from './judge-pipeline.ts';
import { hints, taskTool } from './task-tool.ts';

const pipeline: z.ZodType<JsonObject> = z.record(z.string(), z.json());
const notes = z.array(z.object({ path: z.string(), message: z.string() }));
const input = z.strictObject({
  pipeline: pipeline.describe('As the payload of create_task: {"pipeline": [steps], "params": {…}}'),
});

/** `validate_pipeline`. */
export function validatePipelineTool(wayIn: WayIn): Tool<z.output<typeof input>> {
  return taskTool({
    title: 'Validate a pipeline',
    description:
      'Check a pipeline before a task is made of it: its form, what it reads, and its calls against the tools there are for you. Nothing is run; see also "dry_run" of run_task_now.',
    input,
    output: z.object({
      valid: z.boolean(),
      problems: notes,
      hints: notes.describe('What is allowed and probably not meant'),
      tools: z.array(z.string()),
      tasks: z.array(z.string()),
      secrets: z.array(z.string()),
      params: z.array(z.string()).describe('Params a run has to be given'),
      graph: z.string().optional().describe('Mermaid'),
    }),
    hints: hints.reads,
    handle: async ({ pipeline: given }, viewer) => {
      wayIn.tasks.requirePermission(viewer, 'tasks:read');
      const judged = judgePipeline(wayIn, viewer, given);
      const { problems, hints: allowed, tools, tasks, secrets, params, ...rest } = judged;
      return {
        ...rest,
        problems: [...problems],
        hints: [...allowed],
        tools: [...tools],
        tasks: [...tasks],
        secrets: [...secrets],
        params: [...params],
      };
    },
  });
}
