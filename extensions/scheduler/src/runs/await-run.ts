import {
  type CallChannels,
  type EntryIdentity,
  isEnded,
  isSignalboxError,
  type JsonObject,
  type RunDetail,
  runChanged,
  SignalboxError,
  type Viewer,
} from '@signalbox/sdk';
import { engineOf, type WayIn } from '../wire/way-in.ts';
import { ProgressTeller } from './progress-teller.ts';
import { QuestionRelay } from './question-relay.ts';

/** Steps change without word, and runs of other nodes too: so often the store is looked at. */
const lookEveryMs = 1_000;

/** Who waits for the end of a run in a call of theirs. */
export interface WaitingCaller {
  readonly viewer: Viewer;
  readonly channels: CallChannels;
  /** The call's own: aborts when its time is over, or its caller leaves. */
  readonly signal: AbortSignal;
  /** The caller's: aborts when they leave, with their reason. */
  readonly caller: AbortSignal;
  /** What is called, and with what it finds the run again after a restart. */
  readonly task: { readonly identity: EntryIdentity; readonly handle: JsonObject };
  readonly standAside: () => () => void;
}

interface WantedRun {
  readonly org: string;
  readonly run: string;
}

/**
 * Waits for the end of a run in a call: tells of its steps, asks what it asks where the caller may answer, and says how the call is
 * gone on with. Undefined when the time of the call is over first; the run goes on then, as it does when the caller's connection is
 * gone. Who cancels the call has `giveUp` done. Errors: `cancelled`, `not_found` for a run that is not kept, `unsupported`.
 */
export async function awaitRun(
  wayIn: WayIn,
  wanted: WantedRun,
  waiting: WaitingCaller,
  giveUp: () => Promise<void>,
): Promise<RunDetail | undefined> {
  const { channels, task, signal, standAside } = waiting;
  channels.task?.(task);
  const comeBack = standAside();
  const takePlace = leavePlace(wayIn, waiting.viewer);
  const over = new AbortController();
  try {
    const ended = follow(wayIn, wanted, waiting, AbortSignal.any([signal, over.signal]));
    const result = await Promise.race([ended, left(signal, over.signal)]);
    if (result) return result;
  } finally {
    over.abort();
    takePlace();
    comeBack();
  }
  if (!waiting.caller.aborted) return undefined;
  if (hasGivenUp(wayIn, waiting)) await endQuietly(wayIn, giveUp);
  throw new SignalboxError('cancelled', `the call was cancelled; its run was ${wanted.run}`);
}

/** A run that waits for another leaves it its place: with none left, both would wait until the time of the call is over. */
function leavePlace({ engine }: WayIn, { principal: { credential } }: Viewer): () => void {
  const run = credential?.kind === 'task' ? credential.id : undefined;
  return (run === undefined ? undefined : engine()?.standAside?.(run)) ?? (() => undefined);
}

async function follow(
  wayIn: WayIn,
  { org, run: id }: WantedRun,
  waiting: WaitingCaller,
  signal: AbortSignal,
): Promise<RunDetail | undefined> {
  const teller = new ProgressTeller(waiting.channels);
  // Made before the store is looked at, so that what changes meanwhile wakes the next look.
  let woken = Promise.withResolvers<void>();
  const wake = (): void => woken.resolve();
  const relay = new QuestionRelay(wayIn, waiting, { wake, signal });
  const stopListening = wayIn.events.on(runChanged, ({ run }) => {
    if (run === id) wake();
  });
  signal.addEventListener('abort', wake, { once: true });
  try {
    while (!signal.aborted) {
      const run = await engineOf(wayIn).find(org, id);
      if (!run) throw new SignalboxError('not_found', `the run ${id} is not kept any more`);
      if (signal.aborted) return undefined;
      await relay.look(run);
      teller.tell(run, relay.others(run));
      if (isEnded(run.status)) return run;
      const cancelLook = wayIn.clock.after(lookEveryMs, wake);
      if (!signal.aborted) await woken.promise;
      cancelLook();
      woken = Promise.withResolvers<void>();
    }
    return undefined;
  } finally {
    relay.withdraw();
    stopListening();
    signal.removeEventListener('abort', wake);
  }
}

function left(signal: AbortSignal, over: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true, signal: over });
  });
}

/** Who only goes away, or is sent away by a hub that stops, has given up nothing. */
function hasGivenUp({ hub }: WayIn, { caller }: WaitingCaller): boolean {
  const reason: unknown = caller.reason;
  return !hub.stopping.aborted && (!isSignalboxError(reason) || reason.code === 'cancelled');
}

async function endQuietly({ log }: WayIn, giveUp: () => Promise<void>): Promise<void> {
  try {
    await giveUp();
  } catch (cause) {
    // It may have ended by itself in the meantime.
    if (!isSignalboxError(cause) || (cause.code !== 'conflict' && cause.code !== 'not_found'))
      log.warn('the run of a call that was cancelled goes on', { cause });
  }
}
