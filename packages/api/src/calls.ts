import { z } from 'zod';
import { apiError } from './api-error.ts';
import { jsonObject } from './json-schema.ts';
import { describeRoute } from './route-description.ts';
import { viewName } from './view-name.ts';

/** What to use, and how long to wait. */
const callBody = z
  .strictObject({
    kind: z.enum(['tool', 'resource', 'prompt', 'completion']),
    target: z
      .string()
      .min(1)
      .max(8192)
      .describe('Tool or prompt name, or resource URI, as the view shows it'),
    view: viewName.default('all'),
    arguments: jsonObject.optional().describe('Arguments of a tool or prompt'),
    params: jsonObject.optional().describe('Further MCP parameters; a completion needs ref and argument'),
    timeoutMs: z.int().min(1).max(600_000).optional().describe('Longest wait; the target may allow less'),
    canAsk: z.boolean().default(false).describe('True when somebody is there to answer an elicitation'),
  })
  .meta({ id: 'CallBody' });

/** What to use, and how long to wait. */
export type CallBody = z.input<typeof callBody>;

/** One line of a running call. The last line is `result` or `error`. */
const callItem = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('started'), callId: z.string() }),
    z.object({ type: z.literal('alive') }).describe('Sent while nothing else happens'),
    z.object({ type: z.literal('progress'), progress: jsonObject }),
    z.object({ type: z.literal('log'), message: jsonObject }),
    z.object({
      type: z.literal('ask'),
      callId: z.string(),
      askId: z.string(),
      method: z.literal('elicitation/create'),
      params: jsonObject,
    }),
    z.object({ type: z.literal('result'), isError: z.boolean(), value: jsonObject }),
    z.object({ type: z.literal('error'), error: apiError }),
  ])
  .meta({ id: 'CallItem' });

/** One line of a running call. */
export type CallItem = z.output<typeof callItem>;

/** A person's answer to an elicitation (MCP `ElicitResult`). */
const askAnswer = z
  .strictObject({ action: z.enum(['accept', 'decline', 'cancel']), content: jsonObject.optional() })
  .meta({ id: 'AskAnswer' });

/** A person's answer to an elicitation. */
export type AskAnswer = z.output<typeof askAnswer>;

/** Makes a call through the gate, as the caller. Closing the connection cancels it. */
export const makeCall = describeRoute({
  method: 'POST',
  path: '/api/v1/calls',
  id: 'makeCall',
  summary: 'Make a call; the answer is a stream of lines, and closing it cancels the call',
  tag: 'calls',
  access: 'principal',
  minLevel: 'public',
  body: callBody,
  answer: callItem,
  isStream: true,
});

/** Answers a question of a running call, once. */
export const answerAsk = describeRoute({
  method: 'POST',
  path: '/api/v1/calls/{callId}/answers/{askId}',
  id: 'answerAsk',
  summary: 'Answer a question of a running call; only its caller may, and only once',
  tag: 'calls',
  access: 'principal',
  effect: 'nothing',
  minLevel: 'public',
  params: z.object({ callId: z.string().min(1).max(64), askId: z.string().min(1).max(64) }),
  body: askAnswer,
  answer: z.object({ accepted: z.literal(true) }).meta({ id: 'AskAccepted' }),
  status: 202,
});
