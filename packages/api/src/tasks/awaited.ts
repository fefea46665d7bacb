import { z } from 'zod';
import { jsonValue } from '../json-schema.ts';
import { describeRoute } from '../route-description.ts';
import { runQuestion } from './run-item.ts';
import { instant, onePage, runs, subject } from './shared.ts';

const awaitedQuestion = runQuestion
  .extend({ kind: z.literal('question'), title: z.string().describe('Of the run that asks') })
  .meta({ id: 'AwaitedQuestion' });

const awaitedCall = z
  .object({
    kind: z.literal('call'),
    approval: z.string(),
    requester: subject,
    on_behalf_of: z.array(subject).optional(),
    target: z.string().describe('What would be called'),
    arguments: z.string().describe('With what, as JSON, cut at 2,000 characters'),
    rules: z.array(z.string()).describe('Those that want it approved'),
    asked_at: instant,
    expires_at: instant,
  })
  .meta({ id: 'AwaitedCall' });

/** Something that waits for an answer of who sees it: a question of a run, or a call a rule wants approved. */
const awaitedItem = z.discriminatedUnion('kind', [awaitedQuestion, awaitedCall]);

/** One of them. */
export type AwaitedItem = z.output<typeof awaitedItem>;

/** An answer to either. */
export const awaitedAnswer = z.strictObject({
  run: z.string().min(1).max(64).optional().describe('Of a question, its run'),
  path: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .describe('The step that asks; may be left out when only one of the run does'),
  approval: z.string().min(1).max(64).optional().describe('Of a call, its approval; in place of run'),
  approved: z.boolean(),
  answer: jsonValue.optional().describe('What is answered, where the question has a schema'),
  reason: z.string().max(500).optional().describe('Of a call, told to who made it'),
});

/** What was answered. */
export const awaitedAnswered = z.object({
  run: z.string().optional(),
  path: z.string().optional(),
  approval: z.string().optional(),
  approved: z.boolean(),
});

/** Lists what waits for an answer of who asks. */
export const listAwaited = describeRoute({
  ...runs,
  method: 'GET',
  path: '/api/v1/awaited',
  id: 'listAwaited',
  summary: 'List what waits for your answer, oldest first: questions of runs, and calls rules want approved',
  query: onePage,
  answer: z.object({ items: z.array(awaitedItem) }).meta({ id: 'AwaitedList' }),
});

/** Answers either. */
export const answerAwaited = describeRoute({
  ...runs,
  method: 'POST',
  path: '/api/v1/awaited/answer',
  id: 'answerAwaited',
  summary: 'Answer a question of a run, or a call a rule wants approved, once',
  body: awaitedAnswer.meta({ id: 'AwaitedAnswer' }),
  answer: awaitedAnswered.meta({ id: 'AwaitedAnswered' }),
  status: 202,
});
