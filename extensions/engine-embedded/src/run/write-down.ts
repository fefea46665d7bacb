import type { Advance, Command, Finish } from '@signalbox/pipeline';
import {
  type ClaimedRun,
  changeRun,
  commandWrites,
  type Ending,
  endingOf,
  endWrites,
  type Hold,
  newsOf,
  noteRun,
  type RunChange,
  type StateText,
} from '@signalbox/runs';
import type { StoreWrite } from '@signalbox/sdk';
import type { DriverParts } from './driver-parts.ts';

const positionsPerEvent = 10_000;

/** How far a run has come, beside what its stepper says. */
export interface Progress {
  readonly hold: Hold;
  readonly seq: number;
  /** When the commands were given: what is made of a command twice, before and after a crash, is made of the same time. */
  readonly now: number;
  /** What the stepper asked for and has not been told yet. */
  readonly pending: readonly Command[];
  readonly isTimedOut: boolean;
  readonly texts: StateText;
  /** False when it has set no timer, waited for no event and asked nothing. */
  readonly hasWaited: boolean;
  /** What is new about whose wish it is what the run does. */
  readonly rights: Pick<RunChange, 'run_as'>;
}

/**
 * One write: the state, what happened, and what is to be done. Gives how the run ends, when it does. Errors: `conflict` when another
 * node holds the run.
 */
export async function writeDown(
  { database, random, writeNote }: DriverParts,
  { row }: ClaimedRun,
  { hold, seq, now, pending, isTimedOut, texts, hasWaited, rights }: Progress,
  { state, commands, writes }: Advance & { readonly writes: readonly StoreWrite[] },
): Promise<Ending | undefined> {
  const finish = commands.find((command): command is Finish => command.kind === 'Finish');
  const ending = finish && endingOf(row, finish, { now, random: random(), isTimedOut });
  const change = {
    status: 'running',
    state: texts.of(state),
    pending: pending.length > 0 ? JSON.stringify(pending) : null,
    seq,
    is_timed_out: isTimedOut ? 1 : 0,
    ...rights,
    ...ending?.change,
  };
  const news = newsOf(ending, commands);
  await database.together([
    changeRun(database, hold, change),
    ...writes,
    ...commands.flatMap((command, index) => {
      const position = seq * positionsPerEvent + index;
      return commandWrites(database, { run: row.id, org: row.org, now, position }, command);
    }),
    ...(ending?.isOver ? endWrites(database, row, now, hasWaited) : []),
    ...(news === undefined ? [] : noteRun(writeNote, row, news, now)),
  ]);
  return ending;
}
