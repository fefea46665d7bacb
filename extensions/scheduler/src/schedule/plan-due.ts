import type { Occurrence, Schedule } from '@signalbox/schedule';
import type { TaskDefinition } from '@signalbox/sdk';
import { countRange, type TimeRange } from './count-range.ts';

/** What has to be known to say what becomes of the times that are due. */
export interface DueQuestion {
  readonly schedule: Schedule;
  readonly policy: Pick<
    TaskDefinition,
    'catchup' | 'catchup_window_seconds' | 'catchup_max' | 'jitter_seconds'
  >;
  /** The time that was due next, as the schedule means it. */
  readonly nominalAtMs: number;
  readonly snooze?: Snooze;
  readonly nowMs: number;
  /** What is fired so late is on time. */
  readonly onTimeMs: number;
  /** Why times may have passed unfired; the hub was not there unless said. */
  readonly gapReason?: string;
}

/** A snooze: the next time is fired at its end, or what comes before its end is not fired at all. */
export interface Snooze {
  readonly untilMs: number;
  readonly isShift: boolean;
  readonly reason?: string;
}

/** Times in a row that are not fired, and why. */
export interface Mark extends TimeRange {
  readonly status: 'missed' | 'skipped';
  readonly reason: string;
}

/** A time that is fired. */
export interface Fire {
  readonly nominalAtMs: number;
  /** When it should have been. */
  readonly fireAtMs: number;
  /** Why it comes late, where it is made up for. */
  readonly reason?: string;
}

/** What becomes of the times that are due, in their order; each is in one of them, once. */
export interface DuePlan {
  readonly steps: readonly (Mark | Fire)[];
  /** What comes after them; due already when there was more than one look takes. */
  readonly next?: Occurrence;
  /** Why nothing comes after them, when it is not the end of the schedule. */
  readonly exhausted?: string;
}

/** Most times one look takes one by one. */
const maxWalked = 1_000;
/** So many of a look that is cut short are left for the next: they may be among the last. */
const keptBack = 100;

/**
 * Decides which of the times that are due are fired and why the others are not. Those on time are fired; those that are late as
 * `catchup` says, within its window. Pure: the same question, the same answer.
 */
export function planDue(question: DueQuestion): DuePlan {
  const { schedule, policy, nominalAtMs, nowMs, onTimeMs, snooze } = question;
  const steps: (Mark | Fire)[] = [];
  const due: Fire[] = [];
  let fromMs = nominalAtMs - 1;
  if (snooze?.isShift) {
    if (snooze.untilMs <= nowMs) due.push({ nominalAtMs, fireAtMs: snooze.untilMs });
    fromMs = nominalAtMs;
  }
  if (snooze) fromMs = passOver(question, steps, { fromMs, endMs: snooze.untilMs, status: 'skipped' });
  const oldestMs = nowMs - Math.max(policy.catchup_window_seconds * 1_000, onTimeMs);
  const endMs = oldestMs - (policy.jitter_seconds ?? 0) * 1_000;
  fromMs = passOver(question, steps, { fromMs, endMs, status: 'missed' });
  const walked = walk(question, fromMs);
  steps.push(...judge(question, [...due, ...walked.due], walked.isCut));
  const inOrder = merge(steps);
  const outlook = schedule.lookAhead(walked.due.at(-1)?.nominalAtMs ?? fromMs);
  if (outlook.kind === 'found') return { steps: inOrder, next: outlook.occurrence };
  if (outlook.kind === 'ended') return { steps: inOrder };
  return { steps: inOrder, exhausted: `no time was found within the ${outlook.limit} of a search` };
}

/** Marks all that is before an instant at once, and gives where to go on. */
function passOver(
  question: DueQuestion,
  steps: (Mark | Fire)[],
  { fromMs, endMs, status }: { fromMs: number; endMs: number; status: Mark['status'] },
): number {
  const range = countRange(question.schedule, fromMs, endMs);
  if (!range) return fromMs;
  steps.push({ ...range, status, reason: status === 'skipped' ? snoozed(question) : tooOld(question) });
  return Math.max(range.throughMs, endMs - 1);
}

function walk({ schedule, nowMs }: DueQuestion, fromMs: number) {
  const due: Fire[] = [];
  for (let next = schedule.next(fromMs); next; next = schedule.next(next.nominalAtMs)) {
    if (next.fireAtMs > nowMs) break;
    due.push({ nominalAtMs: next.nominalAtMs, fireAtMs: next.fireAtMs });
    if (due.length === maxWalked) return { due: due.slice(0, -keptBack), isCut: true };
  }
  return { due, isCut: false };
}

function judge(question: DueQuestion, due: readonly Fire[], isCut: boolean): readonly (Mark | Fire)[] {
  const { nowMs, onTimeMs, policy } = question;
  const oldestMs = nowMs - policy.catchup_window_seconds * 1_000;
  const within = isCut ? [] : due.filter(({ fireAtMs }) => fireAtMs >= oldestMs);
  const count = { none: 0, last: 1, all: policy.catchup_max }[policy.catchup];
  const madeUpFor = new Set(count === 0 ? [] : within.slice(-count));
  return due.map((each) => {
    const lateMs = nowMs - each.fireAtMs;
    if (lateMs <= onTimeMs) return each;
    if (madeUpFor.has(each))
      return { ...each, reason: `made up for, ${Math.round(lateMs / 1_000)} s late: ${gap(question)}` };
    const reason = each.fireAtMs < oldestMs ? tooOld(question) : notMadeUpFor(question);
    const { nominalAtMs: atMs } = each;
    return { fromMs: atMs, throughMs: atMs, count: 1, isMore: false, status: 'missed', reason };
  });
}

/** Puts the steps in their order; times in a row with the same end become one. */
function merge(steps: readonly (Mark | Fire)[]): readonly (Mark | Fire)[] {
  const merged: (Mark | Fire)[] = [];
  for (const step of [...steps].sort((a, b) => startOf(a) - startOf(b))) {
    const last = merged.at(-1);
    const isSame = last && 'status' in last && 'status' in step && last.reason === step.reason;
    if (!isSame || last.isMore) merged.push(step);
    else
      merged[merged.length - 1] = {
        ...last,
        throughMs: step.throughMs,
        count: last.count + step.count,
        isMore: step.isMore,
      };
  }
  return merged;
}

function startOf(step: Mark | Fire): number {
  return 'status' in step ? step.fromMs : step.nominalAtMs;
}

function gap({ gapReason }: DueQuestion): string {
  return gapReason ?? 'nothing could be fired then';
}

function tooOld(question: DueQuestion): string {
  return `${gap(question)}, and it is older than the ${question.policy.catchup_window_seconds} s that are made up for`;
}

function notMadeUpFor(question: DueQuestion): string {
  const { catchup, catchup_max: most } = question.policy;
  const rule = { none: 'nothing is', last: 'only the last is', all: `only the last ${most} are` }[catchup];
  return `${gap(question)}, and ${rule} made up for`;
}

function snoozed({ snooze }: DueQuestion): string {
  const until = new Date(snooze?.untilMs ?? 0).toISOString();
  return `snoozed until ${until}${snooze?.reason === undefined ? '' : `: ${snooze.reason}`}`;
}
