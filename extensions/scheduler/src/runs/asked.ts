import type { RunApproval, RunDetail, RunQuestion, Viewer } from '@signalbox/sdk';
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
  /** Absent for what is never asked of who has called for the run. */
  readonly own?: {
    /** The question as it is put to somebody; undefined for who may not answer it. */
    readonly questionFor: (viewer: Viewer) => Promise<RunQuestion | undefined>;
    readonly answer: (viewer: Viewer, said: FormAnswer) => Promise<void>;
  };
}

/** Everything a run waits for from people. */
export function askedOf(wayIn: WayIn, run: RunDetail): readonly Asked[] {
  return [
    ...run.questions.map((question) => ownQuestion(wayIn, run, question)),
    ...(run.approvals ?? []).map((approval) => callToApprove(approval)),
  ];
}

function ownQuestion(wayIn: WayIn, run: RunDetail, question: RunQuestion): Asked {
  const { path, askedAt, assignees } = question;
  const whom = assignees ? assignees.join(', ') : 'who may change its task';
  return {
    key: `${path}\n${askedAt}`,
    path,
    waits: `step "${path}" waits for an answer of ${whom}`,
    own: {
      questionFor: async (viewer) =>
        unlessRefused(async () => {
          await requireAnswerer(wayIn, viewer, run, question);
          return question;
        }),
      answer: async (viewer, said) => {
        await answerQuestion(wayIn, viewer, { run: run.id, path, ...said });
      },
    },
  };
}

/** Who called for the run has chosen what the call does, and is no second pair of eyes: they are told, and not asked. */
function callToApprove({ path, tool, approval }: RunApproval): Asked {
  return {
    key: `${path}\n${approval}`,
    path,
    waits: `step "${path}" waits until somebody who may answer approvals has approved its call of "${tool}" (${approval})`,
  };
}
