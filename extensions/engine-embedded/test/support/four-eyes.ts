import { Policy, policyBook, ruleDefinition } from '@signalbox/policy';
import {
  type ApprovalAnswers,
  type AwaitedCall,
  approvalAnswers,
  defineExtension,
  type Extension,
  type Principal,
} from '@signalbox/sdk';
import { z } from 'zod';

/** Rules by which the tool `write` needs somebody's approval, and what changes and answers it. */
export interface FourEyes {
  readonly extensions: readonly Extension[];
  readonly answers: () => ApprovalAnswers;
  /** What waits, as soon as so many do. */
  readonly waiting: (count?: number) => Promise<readonly AwaitedCall[]>;
  /** Answers everything that waits, as somebody else. */
  readonly approve: (isApproved?: boolean) => Promise<void>;
  /** Other rules from now on, that want the same. */
  readonly changeRules: () => void;
}

const bob: Principal = { kind: 'user', id: 'bob', org: 'local', level: 'trusted', roles: ['operator'] };
/** Somebody who may answer. */
const answerer = { principal: bob, interface: { name: 'api', level: 'anchor' } } as const;

/** Makes them. */
export function fourEyes(): FourEyes {
  let service: ApprovalAnswers | undefined;
  let version = 1;
  const rules = [
    { id: 'all', effect: 'allow' },
    { id: 'four-eyes', effect: 'approve', what: { targets: ['write'] } },
  ].map((rule) => ruleDefinition.parse(rule));
  const answers = (): ApprovalAnswers => {
    if (service) return service;
    throw new TypeError('nobody keeps approvals');
  };
  const waiting = async (count = 1): Promise<readonly AwaitedCall[]> => {
    for (;;) {
      const calls = await answers().listFor(answerer, 100);
      if (calls.length >= count) return calls;
    }
  };
  return {
    answers,
    waiting,
    changeRules: () => {
      version += 1;
    },
    approve: async (isApproved = true) => {
      for (const { id } of await waiting()) await answers().answerFor(answerer, id, { isApproved });
    },
    extensions: [
      defineExtension({
        name: 'rules-of-tests',
        config: z.strictObject({}),
        provides: [policyBook],
        setup: ({ offer }) => offer(policyBook, { of: () => new Policy({ version: `${version}`, rules }) }),
      }),
      defineExtension({
        name: 'answers-of-tests',
        config: z.strictObject({}),
        needs: [approvalAnswers],
        setup: ({ use }) => {
          service = use(approvalAnswers);
        },
      }),
    ],
  };
}
