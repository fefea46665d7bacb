import { createHash, randomBytes } from 'node:crypto';
import {
  type ApprovalDesk,
  type ApprovalQuestion,
  type CallChannels,
  type Clock,
  type CredentialWatch,
  type Level,
  type Log,
  type Principal,
  SignalboxError,
  uuidv7,
} from '@signalbox/sdk';
import { type ApprovalRecord, chainOf, keyOf } from './approval-record.ts';
import type { ApprovalAnswer, ApprovalStore } from './approval-store.ts';
import { ApprovalWaiters } from './approval-waiters.ts';
import { askRequester } from './ask-requester.ts';
import type { ApprovalSettings } from './settings.ts';

/** What the desk works with. */
export interface DeskParts {
  readonly settings: ApprovalSettings;
  readonly store: ApprovalStore;
  /** Says when it is not sure any more who waits: who may still make the call makes it again, and the answer is there. */
  readonly credentials: CredentialWatch;
  /** The version of an organization's policy as it is now. */
  readonly policyVersionOf: (org: string) => string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Who answers, and the effective level they do it with. */
export interface Answerer {
  readonly by: Principal;
  readonly level: Level;
}

/** Where calls wait for somebody's word, and where it is given. */
export class Desk implements ApprovalDesk {
  readonly #parts: DeskParts;
  readonly #waiters: ApprovalWaiters;
  readonly #opening = new Map<string, Promise<ApprovalRecord>>();

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#waiters = new ApprovalWaiters(parts.clock);
  }

  readonly obtain: ApprovalDesk['obtain'] = async (question, channels, signal) => {
    const unsure = new AbortController();
    const stopWatch = this.#parts.credentials.watch(question.principal, (why) =>
      unsure.abort(why === 'changed' ? callerChanged() : credentialEnded()),
    );
    const ends = AbortSignal.any([signal, unsure.signal]);
    try {
      const grant = await this.#obtain(question, channels, ends);
      // An answer and a revocation may come in the same moment: the revocation counts.
      ends.throwIfAborted();
      return grant;
    } finally {
      stopWatch();
    }
  };

  async #obtain(question: ApprovalQuestion, channels: CallChannels | undefined, signal: AbortSignal) {
    const { clock, store, settings } = this.#parts;
    const { org } = question.principal;
    const key = keyOf(question);
    const begun = await this.#goOn(question, key);
    if (begun) return toGrant(begun);
    for (;;) {
      const known = await store.findBound({ org, key, states: ['pending', 'approved'] }, clock.now());
      for (const record of known) if (await this.#use(record)) return toGrant(record);
      const record = known.find(({ state }) => state === 'pending') ?? (await this.#openOnce(question, key));
      if (this.#mayAnswerOwn(question.level)) void this.#askOwn(record, question, channels, signal);
      const isPatient = channels?.approval !== undefined;
      await channels?.approval?.waits(record.id);
      const until = isPatient ? record.expiresAt : Math.min(clock.now() + settings.waitMs, record.expiresAt);
      const used = await this.#await(record, { until, isPatient }, signal);
      if (used.state === 'approved') return toGrant(used);
      // The same call made twice: the other was made with this approval.
      if (!isPatient || used.state !== 'used') throw tooLate(used);
    }
  }

  readonly letContinue: ApprovalDesk['letContinue'] = async (org, approvalId) => {
    const word = randomBytes(16).toString('base64url');
    await this.#parts.store.letContinue(org, approvalId, hashOf(word));
    return `${approvalId}.${word}`;
  };

  /**
   * Answers a call that waits. Errors: `not_found`, `forbidden` for one's own, `conflict` when it waits no more, or when it
   * would be approved under rules that are others by now.
   */
  async answer(
    { by, level }: Answerer,
    id: string,
    answer: Omit<ApprovalAnswer, 'by'>,
  ): Promise<ApprovalRecord> {
    const { store, clock } = this.#parts;
    const record = await this.get(by.org, id);
    if (by.credential?.kind === 'task')
      throw new SignalboxError('forbidden', 'a run cannot answer; a person has to, or a service account');
    if (!this.mayAnswer({ by, level }, record))
      throw new SignalboxError(
        'forbidden',
        'this call is your own; somebody else has to answer, unless approvals.selfApproval lets you',
      );
    if (answer.state === 'approved' && record.policyVersion !== this.#parts.policyVersionOf(by.org))
      throw new SignalboxError(
        'conflict',
        'the rules have changed since this call was made, so that it cannot be approved any more; it has to be made again',
      );
    const isAnswered = await store.answer(by.org, id, { ...answer, by: `${by.kind} ${by.id}` }, clock.now());
    const now = await this.get(by.org, id);
    if (!isAnswered)
      throw new SignalboxError('conflict', `this call does not wait any more: it is ${now.state}`);
    this.#waiters.wake(id);
    return now;
  }

  /** False for who is in the chain of the call, unless the settings let them, and for runs. */
  mayAnswer({ by, level }: Answerer, record: ApprovalRecord): boolean {
    return by.credential?.kind !== 'task' && (!isOwn(record, by) || this.#mayAnswerOwn(level));
  }

  /** One of an organization. Errors: `not_found`. */
  async get(org: string, id: string): Promise<ApprovalRecord> {
    const { store, clock } = this.#parts;
    const record = await store.find(org, id);
    if (!record)
      throw new SignalboxError('not_found', 'there is no such approval; it may have been too old to be kept');
    const isOpen = record.state === 'pending' || record.state === 'approved';
    return isOpen && record.expiresAt <= clock.now() ? { ...record, state: 'expired' } : record;
  }

  /** The record as it was when its approval was used here, or when it was over without that. Errors: the answer, when it is no. */
  async #await(
    record: ApprovalRecord,
    { until, isPatient }: { readonly until: number; readonly isPatient: boolean },
    signal: AbortSignal,
  ): Promise<ApprovalRecord> {
    const { clock, policyVersionOf } = this.#parts;
    for (;;) {
      const now = await this.get(record.org, record.id);
      if (now.state === 'approved' && (await this.#use(now))) return now;
      if (now.state === 'refused') throw refused(now);
      if (now.state !== 'pending' && now.state !== 'approved') return now;
      if (isPatient && now.policyVersion !== policyVersionOf(now.org)) throw rulesChanged();
      const leftMs = until - clock.now();
      if (leftMs <= 0) throw stillWaits(now);
      await this.#waiters.next(record.id, leftMs, signal);
    }
  }

  /** The approval of a call in its further round; undefined where it brings nothing that is good for one. */
  async #goOn({ principal: { org }, continuation }: ApprovalQuestion, key: string) {
    const [id, word] = continuation?.split('.') ?? [];
    if (!id || !word) return undefined;
    const { store, clock } = this.#parts;
    const isGood = await store.goOn({ org, id, key, hash: hashOf(word) }, clock.now());
    return isGood ? store.find(org, id) : undefined;
  }

  /** The same call made twice at once waits for one answer. */
  #openOnce(question: ApprovalQuestion, key: string): Promise<ApprovalRecord> {
    const known = this.#opening.get(key);
    if (known) return known;
    const opening = this.#open(question, key).finally(() => this.#opening.delete(key));
    this.#opening.set(key, opening);
    return opening;
  }

  async #open(question: ApprovalQuestion, key: string): Promise<ApprovalRecord> {
    const { clock, settings, store, log } = this.#parts;
    const { principal, identity } = question;
    const now = clock.now();
    const { all, own } = await store.countPending(principal.org, `${principal.kind} ${principal.id}`, now);
    if (all >= settings.maxPending || own >= settings.maxPendingPerPrincipal)
      throw new SignalboxError(
        'overloaded',
        'too many calls wait for approval; answer some, or raise approvals.maxPending or approvals.maxPendingPerPrincipal',
      );
    const record: ApprovalRecord = {
      org: principal.org,
      id: uuidv7(now, randomBytes(10)),
      key,
      state: 'pending',
      chain: chainOf(principal),
      interface: question.interface,
      kind: question.kind,
      target: question.target,
      source: identity.source,
      originalName: identity.originalName,
      rules: question.rules,
      policyVersion: question.policyVersion,
      createdAt: now,
      expiresAt: now + settings.expiresMs,
    };
    await store.add(record, question.args);
    log.info('a call waits for approval', {
      approval: record.id,
      source: record.source,
      rules: record.rules.join(', '),
    });
    return record;
  }

  async #use({ org, id, state }: ApprovalRecord): Promise<boolean> {
    const { store, clock } = this.#parts;
    return state === 'approved' && store.use(org, id, clock.now());
  }

  #mayAnswerOwn(level: Level): boolean {
    return this.#parts.settings.selfApproval === 'anchor' && level === 'anchor';
  }

  /** Who may answer for themselves is asked where they are. What they do not answer waits for others. */
  async #askOwn(
    record: ApprovalRecord,
    { principal, level, args }: ApprovalQuestion,
    channels: CallChannels | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const state = await askRequester(record, args, { channels, signal });
      if (state) await this.answer({ by: principal, level }, record.id, { state });
    } catch (cause) {
      this.#parts.log.debug('the caller did not answer for their own call', { approval: record.id, cause });
    }
  }
}

function hashOf(word: string): string {
  return createHash('sha256').update(word).digest('base64url');
}

/** Who acts for somebody answers as they would. */
function isOwn({ chain }: ApprovalRecord, by: Principal): boolean {
  const own = chainOf(by);
  return chain.some(({ kind, id }) => own.some((each) => kind === each.kind && id === each.id));
}

function toGrant({ id, answeredBy = '' }: ApprovalRecord) {
  return { approvalId: id, approvedBy: answeredBy };
}

function refused({ id, reason }: ApprovalRecord): SignalboxError {
  const why = reason === undefined ? '' : `: ${reason}`;
  return new SignalboxError('forbidden', `this call was refused${why}`, { details: { approvalId: id } });
}

function tooLate({ id }: ApprovalRecord): SignalboxError {
  return new SignalboxError('forbidden', 'nobody approved this call in time; make it again to ask again', {
    details: { approvalId: id },
  });
}

function stillWaits({ id, expiresAt }: ApprovalRecord): SignalboxError {
  return new SignalboxError(
    'approval_required',
    `somebody has to approve this call ("signalbox approval approve ${id}"); then make the very same call again`,
    { details: { approvalId: id, expiresAt } },
  );
}

function credentialEnded(): SignalboxError {
  return new SignalboxError(
    'unauthenticated',
    'the credential of this call ended while it waited for its approval; sign in again and make it again',
  );
}

function rulesChanged(): SignalboxError {
  return new SignalboxError(
    'approval_required',
    'the rules changed while this call waited, so that it cannot be approved any more; make it again to ask again',
  );
}

function callerChanged(): SignalboxError {
  return new SignalboxError(
    'approval_required',
    'what is known of the caller changed while this call waited for its approval; make the very same call again',
  );
}
