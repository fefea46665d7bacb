import type { Decision } from '@signalbox/policy';
import {
  type ApprovalDesk,
  type CallRequest,
  type CallResult,
  type Clock,
  type InputResult,
  type Invocation,
  type Redact,
  withoutSecrets,
} from '@signalbox/sdk';
import type { Access } from '../access/access.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { renameUris } from '../catalog/renamed-uris.ts';
import type { Found } from '../catalog/view.ts';
import type { CoreSettings } from '../config/core-settings.ts';
import { authorize, refusalOf } from './authorize.ts';
import type { CallIds } from './call-ids.ts';
import { checkOutput, mustReadOutput, type OutputCheck } from './check-output.ts';
import { type Deadline, startDeadline, withDeadline } from './deadline.ts';
import { decideAgain } from './decide-again.ts';
import type { Limits } from './limit.ts';
import { boundResult, forceArguments, mustReadFor, needsOwnAccount, redactResult } from './obligations.ts';
import { obtainApproval } from './obtain-approval.ts';
import { type Recorder, record, recordIntent } from './record.ts';
import { findView, resolve } from './resolve.ts';
import { hideResult, type RevealedCall, reveal } from './reveal.ts';
import { unwrapCall } from './unwrap-call.ts';
import { validateInput } from './validate-input.ts';

/** What the gate works with. */
export interface Gate {
  readonly catalog: Catalog;
  readonly access: Access;
  /** Where calls wait that a rule wants approved; undefined where nobody keeps approvals. */
  readonly approvals: () => ApprovalDesk | undefined;
  readonly limits: Limits;
  readonly output: OutputCheck;
  readonly recorder: Recorder;
  readonly settings: CoreSettings['limits'];
  readonly clock: Clock;
  readonly ids: CallIds;
  readonly redact: Redact;
}

/**
 * The only way to use anything: resolve → authorize → limit → validate input → (approval) → (intent) → invoke → check output → record.
 * Every call is written down, however it ends. Errors: those of the stages, and the target's own.
 */
export async function call(gate: Gate, given: CallRequest): Promise<CallResult> {
  const startedAt = gate.clock.now();
  const id = gate.ids.next(startedAt);
  const startedMs = performance.now();
  const request = unwrapCall(gate.catalog, given);
  const via = request === given ? undefined : given.target;
  let found: Found | undefined;
  let decision: Decision | undefined;
  // What is made and written down; rules may set arguments whatever the caller says.
  let made = request;
  const finish = (error: unknown, result?: CallResult): void => {
    const durationMs = performance.now() - startedMs;
    record(gate.recorder, {
      id,
      request: made,
      via,
      found,
      decision,
      startedAt,
      durationMs,
      error,
      result,
    });
  };
  try {
    found = resolve(gate.catalog, request);
    decision = authorize(gate.access, found, request);
    const refusal = endsWatch(request) ? undefined : refusalOf(decision, request);
    if (refusal) throw refusal;
    made = forceArguments(request, decision.obligations);
    const result = await runLimited(gate, {
      given: request,
      request: made,
      via,
      found,
      decision,
      callId: id,
    });
    finish(undefined, result);
    return result;
  } catch (thrown) {
    const error = withoutSecrets(gate.redact, thrown);
    finish(error);
    if (decision === undefined || decision.effect === 'deny') countGuess(gate, request);
    throw error;
  }
}

/** Ends what was let in before. */
function endsWatch({ kind, endsWatch: isEnd, params }: CallRequest): boolean {
  return kind === 'subscription' && isEnd === true && params['subscribe'] === false;
}

/** What is not there is not told apart from what is not allowed; asking for either is counted, so guessing has a rate. */
function countGuess(gate: Gate, request: CallRequest): void {
  gate.limits.take(request.principal);
}

/** A call that was let in. */
interface Admitted {
  /** As the caller made it. */
  readonly given: CallRequest;
  /** With the arguments a rule sets. */
  readonly request: CallRequest;
  readonly via: string | undefined;
  readonly found: Found;
  readonly decision: Decision;
  readonly callId: string;
}

async function runLimited(
  gate: Gate,
  { given, request, via, found, decision, callId }: Admitted,
): Promise<CallResult> {
  const { obligations } = decision;
  const isEnd = endsWatch(request);
  const deadline = startDeadline(gate.clock, request.signal, timeoutOf(gate, request, found), request.target);
  try {
    const turn = isEnd ? undefined : gate.limits.enter(request, found.source, deadline.signal);
    if (turn) await turn;
    extendWhenDetached(gate, request, deadline);
    let revealed: RevealedCall | undefined;
    try {
      if (request.reveal) revealed = await reveal(found, request, deadline.signal);
      validateInput(gate.output.validator, found, revealed?.request ?? request);
      const ownAccount = needsOwnAccount(found, obligations);
      const approvalId =
        // A task that is gone on with was approved when it was made.
        decision.effect === 'approve' && !request.resume && !isEnd
          ? await waitForApproval(gate, { given, request, via, found, decision, callId }, deadline)
          : undefined;
      if (approvalId !== undefined) decideAgain(gate, { request: given, found, decision });
      const intent = recordIntent(gate.recorder, { id: callId, request, via, found, decision, approvalId });
      if (intent) await withDeadline(intent, deadline.signal);
      // Whoever had to agree may have taken days.
      if (revealed && approvalId !== undefined) revealed = await reveal(found, request, deadline.signal);
      const { approval } = request.channels ?? {};
      if (approval) await withDeadline(approval.begins(), deadline.signal);
      // Who has gone while that was found out gets nothing called.
      deadline.signal.throwIfAborted();
      const uris = urisHere(gate, request, found);
      const sent = revealed?.request ?? request;
      const answer = await invoke(holdWhileAsking(gate, sent, found, deadline), found, {
        callId,
        signal: deadline.signal,
        mustParse:
          uris !== undefined ||
          revealed !== undefined ||
          mustReadOutput(found, gate.settings) ||
          mustReadFor(obligations),
        needsOwnAccount: ownAccount,
        standAside: () => gate.limits.standAsideWhole(request, found.source),
      });
      checkOutput(gate.output, found, answer);
      const result = revealed ? hideResult(found, answer, revealed.redact) : answer;
      boundResult(found, result, obligations);
      if (result.kind === 'input') return await asked(gate, { request, found, approvalId }, result);
      return fulfilled(result, uris, obligations);
    } catch (error) {
      throw revealed ? withoutSecrets(revealed.redact, error) : error;
    } finally {
      if (!isEnd) gate.limits.leave(request, found.source);
    }
  } finally {
    deadline.stop();
  }
}

/** The questions with who asked, for the answers must go back to it; and with what lets an approved call go on. */
async function asked(
  { approvals }: Gate,
  { request, found, approvalId }: Pick<Admitted, 'request' | 'found'> & { approvalId: string | undefined },
  { continuation: _theirs, ...result }: InputResult,
): Promise<CallResult> {
  const identity = { source: found.source.id, originalName: found.originalName };
  const continuation =
    approvalId === undefined ? undefined : await approvals()?.letContinue(request.principal.org, approvalId);
  return { ...result, identity, ...(continuation === undefined ? {} : { continuation }) };
}

/** The answer as its caller may have it. */
function fulfilled(
  result: CallResult,
  uris: ReadonlyMap<string, string> | undefined,
  obligations: Decision['obligations'],
): CallResult {
  if (result.kind !== 'data') return result;
  const value = uris ? renameUris(result.value, uris) : result.value;
  const redacted = redactResult(value, obligations);
  return redacted === result.value ? result : { ...result, value: redacted };
}

/** No approval takes longer (`approvals.expiresMs`); the desk says when one is not waited for any more. */
const longestApprovalMs = 1_000_000;

/** Somebody else has to agree: the call's own time stands still, and its places are others'. */
async function waitForApproval(gate: Gate, admitted: Admitted, deadline: Deadline): Promise<string> {
  const { request, found } = admitted;
  const release = deadline.hold(longestApprovalMs);
  const comeBack = gate.limits.standAsideWhole(request, found.source);
  try {
    request.channels?.approval?.mayAsk?.();
    return await obtainApproval(gate.approvals(), admitted, request.signal);
  } finally {
    comeBack();
    release();
  }
}

/** The URIs of the source's resources that are called otherwise where the call came in, the one that is read among them. */
function urisHere(
  { catalog }: Gate,
  { kind, view, target }: CallRequest,
  found: Found,
): ReadonlyMap<string, string> | undefined {
  const uris = findView(catalog, view).renamedUris(found.source);
  const isRead = kind === 'resource' && target !== found.originalName;
  return isRead ? new Map([...(uris ?? []), [found.originalName, target]]) : uris;
}

/** Stage 5: hands the call to its source; a source that ignores the signal holds nobody up. */
function invoke(
  request: CallRequest,
  found: Found,
  given: Pick<Invocation, 'callId' | 'signal' | 'mustParse' | 'needsOwnAccount' | 'standAside'>,
): Promise<CallResult> {
  const answer = found.source.spec.invoke({
    ...given,
    request,
    originalName: found.originalName,
    definition: found.entry?.definition,
  });
  return withDeadline(Promise.resolve(answer), given.signal);
}

/** While the caller is asked something, the call's own time stands still, and its place at the source is another's. */
function holdWhileAsking(
  { limits }: Gate,
  request: CallRequest,
  { source }: Found,
  deadline: Deadline,
): CallRequest {
  const { channels } = request;
  const ask = channels?.ask;
  if (!ask) return request;
  let open = 0;
  let comeBack = (): void => undefined;
  const holding: typeof ask = async (question, signal) => {
    const release = deadline.hold();
    if (open++ === 0) comeBack = limits.standAside(source);
    try {
      return await ask(question, signal);
    } finally {
      if (--open === 0) comeBack();
      release();
    }
  };
  return { ...request, channels: { ...channels, ask: holding } };
}

/** A call nobody waits for on the line may take as long as a task. */
function extendWhenDetached({ settings }: Gate, { detached }: CallRequest, deadline: Deadline): void {
  if (!detached) return;
  const extend = (): void => deadline.extend(settings.taskTimeoutMs);
  if (detached.aborted) extend();
  else detached.addEventListener('abort', extend, { once: true });
}

function timeoutOf(gate: Gate, request: CallRequest, found: Found): number {
  const own = found.source.spec.timeoutMs ?? gate.settings.callTimeoutMs;
  return Math.min(request.timeoutMs ?? own, own, gate.settings.callTimeoutMs);
}
