import { type Clock, sleep, type TaskToResume } from '@signalbox/sdk';
import type { CallingHow } from './tool-caller.ts';
import type { CallOutcome } from './tool-outcome.ts';

/** What a call is followed with. */
export interface FollowedParts {
  readonly clock: Clock;
  /** The call takes no longer. */
  readonly timeoutMs: number;
}

/** Makes the call, or goes on with its task, within a time. */
export type MakeWithin = (how: CallingHow, timeoutMs: number) => Promise<CallOutcome>;

type Failed = Extract<CallOutcome, { ok: false }>;

const firstWaitMs = 1_000;
const longestWaitMs = 10_000;
/** So long the upstream may take to say what has become of a task it was told to cancel. */
const lastLookMs = 10_000;

/**
 * Makes a call, whose end is that of the task the target has made of it, where it has: what only says that the task could not be followed
 * is no end, and the task is asked after again while there is time. A task whose time is up was told to stop; whether it did is asked, too, for
 * a call may be made again only when it has surely ended. In doubt is what nobody knows the end of then.
 */
export async function followedCall(
  { clock, timeoutMs }: FollowedParts,
  how: CallingHow,
  make: MakeWithin,
): Promise<CallOutcome> {
  const elapsed = clock.elapsed ?? clock.now;
  const endsAt = elapsed() + timeoutMs;
  let task = how.resume;
  const onTask = (made: TaskToResume): void => {
    task = made;
    how.onTask(made);
  };
  // What is gone on with has begun, and was approved and counted: nobody is asked whether it may begin.
  const { approval: _approval, ...begun } = how;
  const goOn = (resume: TaskToResume, withinMs: number): Promise<CallOutcome> =>
    make({ ...begun, onTask, resume }, withinMs);
  let outcome = await make({ ...how, onTask }, timeoutMs);
  for (let tries = 0; mayEndLater(outcome) && !how.signal.aborted; tries++) {
    if (!task) break;
    const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** tries);
    if (elapsed() + waitMs >= endsAt) break;
    await sleep(clock, waitMs, how.signal).catch(() => undefined);
    if (how.signal.aborted || !(await mayGoOn(how))) break;
    outcome = await goOn(task, endsAt - elapsed());
  }
  if (!task || outcome.ok || outcome.isItsOwn || how.signal.aborted) return outcome;
  if (outcome.error.kind !== 'timeout' || how.resume) return { ...outcome, isInDoubt: true };
  const last = await goOn(task, Math.min(timeoutMs, lastLookMs));
  if (last.ok || how.signal.aborted) return last;
  return last.isItsOwn ? outcome : { ...outcome, isInDoubt: true };
}

/** Not where this node stops: who has the run next asks after the task. */
function mayGoOn({ mayBegin }: CallingHow): Promise<boolean> {
  return mayBegin ? mayBegin().then(isFine, isNot) : Promise.resolve(true);
}

const isFine = (): boolean => true;
const isNot = (): boolean => false;

function mayEndLater(outcome: CallOutcome): outcome is Failed {
  return !outcome.ok && !outcome.isItsOwn && outcome.isPassing === true;
}
