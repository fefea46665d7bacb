import type { AwaitedCall, RunApproval, RunDetail, RunQuestion, Viewer } from '@signalbox/sdk';
import { unlessRefused } from '../access/unless-refused.ts';
import type { WayIn } from '../wire/way-in.ts';
import { answerQuestion, requireAnswerer } from './answer-question.ts';
import type { FormAnswer } from './question-form.ts';

/** What a run waits for somebody to answer: its own question, or that of a rule about a call of it. */
export interface Asked {
  readonly key: string;
  readonly path: string;
  /** Whom it waits for, in words. */
  readonly waits: string;
  /** The question as it is put to somebody; undefined for who may not answer it. */
  readonly questionFor: (viewer: Viewer) => Promise<RunQuestion | undefined>;
  readonly answer: (viewer: Viewer, said: FormAnswer) => Promise<void>;
}

/** Everything a run waits for from people. */
export function askedOf(wayIn: WayIn, run: RunDetail): readonly Asked[] {
  return [
    ...run.questions.map((question) => ownQuestion(wayIn, run, question)),
    ...(run.approvals ?? []).map((approval) => callToApprove(wayIn, run, approval)),
  ];
}

const mostShown = 2_000;

/** A call that waits, in words. */
function wordsOfCall({ rules, target, args }: AwaitedCall): string {
  const shown = JSON.stringify(args).slice(0, mostShown);
  return `The rules ${rules.join(', ')} want this call approved: ${target} ${shown}`;
}

function ownQuestion(wayIn: WayIn, run: RunDetail, question: RunQuestion): Asked {
  const { path, askedAt, assignees } = question;
  const whom = assignees ? assignees.join(', ') : 'who may change its task';
  return {
    key: `${path}\n${askedAt}`,
    path,
    waits: `step "${path}" waits for an answer of ${whom}`,
    questionFor: async (viewer) =>
      unlessRefused(async () => {
        await requireAnswerer(wayIn, viewer, run, question);
        return question;
      }),
    answer: async (viewer, said) => {
      await answerQuestion(wayIn, viewer, { run: run.id, path, ...said });
    },
  };
}

function callToApprove(wayIn: WayIn, run: RunDetail, { path, tool, approval }: RunApproval): Asked {
  return {
    key: `${path}\n${approval}`,
    path,
    waits: `step "${path}" waits until somebody who may answer approvals has approved its call of "${tool}" (${approval})`,
    questionFor: async (viewer) => {
      const call = await wayIn.answers()?.findFor(viewer, approval);
      if (!call) return undefined;
      const { askedAt, expiresAt } = call;
      return { run: run.id, path, message: wordsOfCall(call), askedAt, expiresAt };
    },
    answer: async (viewer, { isApproved }) => {
      await wayIn.answers()?.answerFor(viewer, approval, { isApproved });
    },
  };
}
