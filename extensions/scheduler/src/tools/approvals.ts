import { runQuestion } from '@signalbox/api';
import { type ExtensionContext, type JsonValue } from '@signalbox/sdk';
import { z } from 'zod';
import { answerQuestion } from '../runs/answer-question.ts';
import { listQuestionsFor } from '../runs/read-runs.ts';
import { toQuestionItem } from '../wire/to-run-item.ts';
import type { WayIn } from '../wire/way-in.ts';
import { run } from './arguments.ts';
import { hints, taskTool } from './task-tool.ts';

const answer: z.ZodType<JsonValue> = z.json();

/** `list_approvals` and `answer_approval`. */
export function provideApprovals(tools: ExtensionContext<unknown>['tools'], wayIn: WayIn): void {
  tools.provide(
    'list_approvals',
    taskTool({
      title: 'List approvals',
      description: 'List what runs wait for somebody to approve or answer, oldest first.',
      input: z.strictObject({}),
      output: z.object({ items: z.array(runQuestion) }),
      hints: hints.reads,
      handle: async (_none, viewer) => ({
        items: (await listQuestionsFor(wayIn, viewer)).map(toQuestionItem),
      }),
    }),
  );
  tools.provide(
    'answer_approval',
    taskTool({
      title: 'Answer an approval',
      description:
        'Approve or refuse what a run waits for, once. Answer only with what the person you work for has said to this very question. Who the question is for may answer; where no names are given, who may change the task. No run may.',
      input: z.strictObject({
        run,
        path: z
          .string()
          .min(1)
          .max(1_000)
          .optional()
          .describe('The step that asks, from list_approvals; may be left out when only one of the run does'),
        approved: z.boolean(),
        answer: answer.optional().describe('What is answered, where the question has a schema'),
      }),
      output: z.object({ run: z.string(), path: z.string(), approved: z.boolean() }),
      hints: hints.runsOnce,
      handle: ({ run: id, path, approved: isApproved, answer: value }, viewer) =>
        answerQuestion(wayIn, viewer, { run: id, path, isApproved, answer: value }),
    }),
  );
}
