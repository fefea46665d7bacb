import { findRefusal, firstPolicy, type PolicyBook, type Refusal } from '@signalbox/policy';
import {
  type ApprovalAnswers,
  type AwaitedCall,
  type Clock,
  effectiveLevel,
  isSignalboxError,
  SignalboxError,
  type Viewer,
} from '@signalbox/sdk';
import type { Answerer, Desk } from './approval-desk.ts';
import type { ApprovalRecord } from './approval-record.ts';
import type { ApprovalStore } from './approval-store.ts';

/** What it works with. */
export interface AnswerParts {
  readonly desk: Desk;
  readonly store: ApprovalStore;
  readonly policyBook: () => PolicyBook | undefined;
  readonly clock: Clock;
}

const wanted = { permission: 'approvals:answer', minLevel: 'trusted' } as const;
const mostRead = 1_000;

/** The service `approval-answers` over the desk: who asks and may answer is decided as the routes and the desk do. */
export function answerCalls(parts: AnswerParts): ApprovalAnswers {
  const { desk, store, clock } = parts;
  return {
    listFor: async (viewer, limit) => {
      if (refusalOf(parts, viewer)) return [];
      const pending = await store.listPending(viewer.principal.org, clock.now(), mostRead);
      const own = pending.filter((record) => isFor(parts, viewer, record)).slice(0, limit);
      return Promise.all(own.map((record) => toAwaited(store, record)));
    },
    findFor: async (viewer, id) => {
      if (refusalOf(parts, viewer)) return undefined;
      const record = await desk.get(viewer.principal.org, id).catch(unlessNotFound);
      return record && isFor(parts, viewer, record) ? toAwaited(store, record) : undefined;
    },
    answerFor: async (viewer, id, { isApproved, reason }) => {
      const refusal = refusalOf(parts, viewer);
      if (refusal) throw toError(refusal);
      await desk.answer(toAnswerer(viewer), id, { state: isApproved ? 'approved' : 'refused', reason });
    },
  };
}

/** What nobody can approve any more is made again, or refused where it is listed with all others. */
function isFor({ desk, policyBook }: AnswerParts, viewer: Viewer, record: ApprovalRecord): boolean {
  const { version } = policyBook()?.of(record.org) ?? firstPolicy;
  const isOpen = record.state === 'pending' && record.policyVersion === version;
  return isOpen && desk.mayAnswer(toAnswerer(viewer), record);
}

function toAnswerer({ principal, interface: through }: Viewer): Answerer {
  return { by: principal, level: effectiveLevel(principal, through) };
}

async function toAwaited(store: ApprovalStore, record: ApprovalRecord): Promise<AwaitedCall> {
  const { id, chain, target, rules, createdAt, expiresAt } = record;
  return { id, chain, target, rules, args: await store.argumentsOf(record), askedAt: createdAt, expiresAt };
}

function refusalOf({ policyBook, clock }: AnswerParts, { principal, interface: through }: Viewer) {
  const policy = policyBook()?.of(principal.org) ?? firstPolicy;
  return findRefusal(policy, { principal, through, atMs: clock.now() }, wanted);
}

function unlessNotFound(error: unknown): undefined {
  if (isSignalboxError(error) && error.code === 'not_found') return undefined;
  throw error;
}

function toError(refusal: Refusal): SignalboxError {
  switch (refusal.reason) {
    case 'expired':
      return new SignalboxError('unauthenticated', 'the credential has expired; sign in again');
    case 'level':
      return new SignalboxError(
        'forbidden',
        `answering calls needs level trusted; you have ${refusal.level}`,
      );
    case 'scope':
      return new SignalboxError(
        'insufficient_scope',
        'the token does not allow this; sign in again with the scope approvals:answer',
        { details: { scopes: ['approvals:answer'] } },
      );
    case 'permission':
      return new SignalboxError(
        'forbidden',
        'this needs the permission approvals:answer; ask an administrator for a role that has it',
      );
    default:
      return refusal satisfies never;
  }
}
