import {
  type JsonValue,
  orderersIn,
  type Principal,
  type RunDetail,
  type RunQuestion,
  SignalboxError,
  type Viewer,
} from '@signalbox/sdk';
import { isRunning } from '../access/caller-depth.ts';
import { engineOf, type WayIn } from '../wire/way-in.ts';
import { getRunFor } from './read-runs.ts';
import { requireRunChange } from './require-run-change.ts';

/** What somebody answers. */
export interface GivenAnswer {
  readonly run: string;
  /** Which question; may be absent when there is only one. */
  readonly path: string | undefined;
  readonly isApproved: boolean;
  readonly answer: JsonValue | undefined;
}

/**
 * Answers a question of a run: who it asks may, and where it asks nobody by name who may change its task. No run answers a question,
 * its own or of another. Errors: `not_found`, `invalid_params`, `forbidden`, those of `requirePermission`, `unsupported`.
 */
export async function answerQuestion(
  wayIn: WayIn,
  viewer: Viewer,
  given: GivenAnswer,
): Promise<{ readonly run: string; readonly path: string; readonly approved: boolean }> {
  const run = await getRunFor(wayIn, viewer, given.run);
  const question = findQuestion(run, given.path);
  await requireAnswerer(wayIn, viewer, run, question);
  const { kind, id } = viewer.principal;
  await engineOf(wayIn).answer(run.org, {
    run: run.id,
    path: question.path,
    isApproved: given.isApproved,
    ...(given.answer === undefined ? {} : { answer: given.answer }),
    by: `${kind} ${id}`,
    orderers: orderersIn(viewer.principal),
  });
  return { run: run.id, path: question.path, approved: given.isApproved };
}

/** Errors: those of {@link answerQuestion} for who may not answer a question. */
export async function requireAnswerer(
  wayIn: WayIn,
  viewer: Viewer,
  run: RunDetail,
  { assignees }: RunQuestion,
): Promise<void> {
  wayIn.tasks.requirePermission(viewer, 'tasks:run');
  if (isRunning(viewer))
    throw new SignalboxError(
      'forbidden',
      'a run cannot answer what runs ask; a person or a service account that is not run by a task has to',
    );
  if (assignees) await requireAssignee(wayIn, viewer.principal, assignees);
  else await requireRunChange(wayIn, viewer, run);
}

function findQuestion({ id, questions }: RunDetail, path: string | undefined): RunQuestion {
  const [first] = questions;
  if (!first) throw new SignalboxError('not_found', `run ${id} asks nothing; it may have been answered`);
  const asked = questions.map((each) => `"${each.path}"`).join(', ');
  if (path === undefined) {
    if (questions.length === 1) return first;
    throw new SignalboxError('invalid_params', `run ${id} asks ${asked}; say which with "path"`);
  }
  const found = questions.find((each) => each.path === path);
  if (found) return found;
  throw new SignalboxError('not_found', `run ${id} asks nothing at "${path.slice(0, 200)}", but ${asked}`);
}

/** Errors: `forbidden` for who is not asked; those who act for others are asked as themselves. */
async function requireAssignee(
  { directory }: WayIn,
  { kind, id, roles = [], onBehalfOf }: Principal,
  assignees: readonly string[],
): Promise<void> {
  const isOwn = !onBehalfOf;
  if (isOwn && (assignees.includes(id) || roles.some((role) => assignees.includes(`role:${role}`)))) return;
  const login = isOwn && kind === 'user' ? (await directory()?.findPerson(id))?.login : undefined;
  if (login !== undefined && assignees.includes(login)) return;
  throw new SignalboxError(
    'forbidden',
    `this question is for ${assignees.join(', ')}; one of them has to answer`,
  );
}
