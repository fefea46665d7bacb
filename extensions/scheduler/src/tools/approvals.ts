import { awaitedAnswer, awaitedAnswered } from '@signalbox/api';
import type { ExtensionContext } from '@signalbox/sdk';
import { z } from 'zod';
import { answerAwaitedFor, listAwaitedFor } from '../runs/awaited.ts';
import { toAwaitedItem } from '../wire/to-awaited-item.ts';
import type { WayIn } from '../wire/way-in.ts';
import { hints, taskTool } from './task-tool.ts';

const mostListed = 100;
const text = z.string().optional();

/** An `AwaitedItem`, said in fewer words: what agents are shown of tools is bounded. */
const item = z.looseObject({
  kind: z.enum(['question', 'call']),
  run: text,
  path: text,
  message: text,
  approval: text,
  target: text,
  arguments: text,
  asked_at: z.string(),
  expires_at: text,
});

/** `list_approvals` and `answer_approval`. */
export function provideApprovals(tools: ExtensionContext<unknown>['tools'], wayIn: WayIn): void {
  tools.provide(
    'list_approvals',
    taskTool({
      title: 'List approvals',
      description:
        'List what waits for an answer of the person you work for, oldest first: questions of runs, calls to approve.',
      input: z.strictObject({}),
      output: z.object({ items: z.array(item) }),
      hints: hints.reads,
      handle: async (_none, viewer) => ({
        items: (await listAwaitedFor(wayIn, viewer, mostListed)).map(toAwaitedItem),
      }),
    }),
  );
  tools.provide(
    'answer_approval',
    taskTool({
      title: 'Answer an approval',
      description:
        'Answer one item of list_approvals, once. Answer only what the person you work for has said to this very item. Nobody answers their own call; no run answers.',
      input: awaitedAnswer,
      output: awaitedAnswered,
      hints: hints.runsOnce,
      handle: ({ run, path, approval, approved: isApproved, answer, reason }, viewer) =>
        answerAwaitedFor(wayIn, viewer, { run, path, approval, isApproved, answer, reason }),
    }),
  );
}
