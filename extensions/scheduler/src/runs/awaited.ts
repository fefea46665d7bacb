import {
  type AwaitedCall,
  type JsonValue,
  type RunDetail,
  type RunQuestion,
  SignalboxError,
  type Viewer,
} from '@signalbox/sdk';
import { unlessRefused } from '../access/unless-refused.ts';
import { engineOf, type WayIn } from '../wire/way-in.ts';
import { answerQuestion, requireAnswerer } from './answer-question.ts';
import { listQuestionsFor } from './read-runs.ts';

/** Something that waits for an answer of one person. */
export type Awaited =
  | { readonly kind: 'question'; readonly question: RunQuestion; readonly title: string }
  | { readonly kind: 'call'; readonly call: AwaitedCall };

/** What waits for an answer of who asks, oldest first: questions of runs, and calls that rules want approved. */
export async function listAwaitedFor(
  wayIn: WayIn,
  viewer: Viewer,
  limit: number,
): Promise<readonly Awaited[]> {
  const [questions, calls] = await Promise.all([
    questionsFor(wayIn, viewer, limit),
    wayIn.answers()?.listFor(viewer, limit),
  ]);
  const all: readonly Awaited[] = [
    ...questions,
    ...(calls ?? []).map((call): Awaited => ({ kind: 'call', call })),
  ];
  return all.toSorted((a, b) => askedAt(a) - askedAt(b)).slice(0, limit);
}

/** An answer to a question of a run, or to a call. */
export interface AwaitedAnswer {
  readonly run: string | undefined;
  readonly path: string | undefined;
  readonly approval: string | undefined;
  readonly isApproved: boolean;
  readonly answer: JsonValue | undefined;
  readonly reason: string | undefined;
}

/** Answers one, as whoever keeps it decides. Errors: `invalid_params`, those of `answerQuestion` and of the approval desk. */
export async function answerAwaitedFor(
  wayIn: WayIn,
  viewer: Viewer,
  { run, path, approval, isApproved, answer, reason }: AwaitedAnswer,
): Promise<{ run?: string; path?: string; approval?: string; approved: boolean }> {
  if (run !== undefined && approval === undefined)
    return answerQuestion(wayIn, viewer, { run, path, isApproved, answer });
  if (approval === undefined || run !== undefined)
    throw new SignalboxError(
      'invalid_params',
      'say what is answered: "run" of a question, or "approval" of a call',
    );
  const answers = wayIn.answers();
  if (!answers)
    throw new SignalboxError(
      'unsupported',
      'no extension of this hub keeps approvals, so that no call waits',
    );
  await answers.answerFor(viewer, approval, { isApproved, ...(reason === undefined ? {} : { reason }) });
  return { approval, approved: isApproved };
}

async function questionsFor(wayIn: WayIn, viewer: Viewer, limit: number): Promise<Awaited[]> {
  const questions = (await unlessRefused(() => listQuestionsFor(wayIn, viewer))) ?? [];
  const runs = new Map<string, RunDetail | undefined>();
  const found: Awaited[] = [];
  for (const question of questions) {
    if (found.length >= limit) break;
    if (!runs.has(question.run))
      runs.set(question.run, await engineOf(wayIn).find(viewer.principal.org, question.run));
    const run = runs.get(question.run);
    if (!run) continue;
    const isFor = await unlessRefused(async () => {
      await requireAnswerer(wayIn, viewer, run, question);
      return true;
    });
    if (isFor) found.push({ kind: 'question', question, title: run.title });
  }
  return found;
}

function askedAt(awaited: Awaited): number {
  return awaited.kind === 'call' ? awaited.call.askedAt : awaited.question.askedAt;
}
