import { makePlan } from '@signalbox/pipeline';
import { assert, boolean, nat, property } from 'fast-check';
import { expect, test } from 'vitest';
import { everyStep } from '../../src/plan/every-step.ts';
import { type Drive, drive } from '../support/drive.ts';
import { type Generated, generatePipeline } from '../support/generate.ts';
import { interpret, type Modelled } from '../support/model.ts';
import { seeded } from '../support/random.ts';
import { idOf } from '../support/world.ts';

const params = { a: 1, word: 'w', yes: true, no: false, list: ['x', 'y', 'z'] };
const isLong = process.env['SIGNALBOX_LONG'] !== undefined;
/** Each batch is a test of its own, so that none takes long on a busy machine. */
const batches = Array.from({ length: isLong ? 80 : 8 }, (_, batch) => 20_261_129 + batch);
const few = batches.slice(0, batches.length / 4);

test.each(batches)(
  '250 pipelines give the outputs and make the calls an independent model says (seed %i)',
  (seed) => {
    checkAll(seed, (plan, generated, each) =>
      drive(plan, generated.world, params, { random: seeded(each), isUnruly: false, throughJson: false }),
    );
  },
);

test.each(few)(
  'events that come twice, late and in any order, and states put through JSON, make no difference (seed %i)',
  (seed) => {
    checkAll(seed + 1_000, (plan, generated, each) =>
      drive(plan, generated.world, params, { random: seeded(each + 1), isUnruly: true, throughJson: true }),
    );
  },
);

test.each(few)(
  'a run that failed goes on in its next attempt, and no call that was done is made again (seed %i)',
  (seed) => {
    assert(
      property(nat(), boolean(), (each, failsInHandlers) => {
        const { definition, world } = generatePipeline(seeded(each), { failsInHandlers });
        const manners = { random: seeded(each), isUnruly: true, throughJson: true, resumes: true };
        const { finish, commands } = drive(makePlan(definition), world, params, manners);
        const calls = commands.filter((command) => command.kind === 'CallTool');
        const isResumed = commands.some((command) => command.kind === 'Finish' && command.isResumable);
        const { kind, message = '' } = finish.error ?? {};
        if (isResumed && !/"validate"|"compensate"/.test(message)) expect(kind ?? 'budget').toBe('budget');
        expect(new Set(calls.map(({ path, attempt }) => `${path} ${attempt}`)).size).toBe(calls.length);
        expect(timesDone(commands).filter(([, times]) => times > 1)).toEqual([]);
      }),
      { numRuns: 250, seed },
    );
  },
);

test.each(few)(
  'a run that is told to end undoes just what was done, the last first, tidies up, and does nothing else (seed %i)',
  (seed) => {
    assert(
      property(nat(), nat({ max: 12 }), (each, stopsAfter) => {
        const { definition, world } = generatePipeline(seeded(each));
        const plan = makePlan(definition);
        const manners = { random: seeded(each), isUnruly: true, throughJson: true, stopsAfter };
        const run = drive(plan, world, params, manners);
        const { finish, commands, beforeStop } = run;
        if (finish.status !== 'canceled' || beforeStop === undefined) return;
        const { main, undone } = partsOf(plan, run);
        expect(undone).toEqual(main.toReversed());
        const tidying = new Set(plan.finally?.steps.map(({ id }) => id));
        const later = commands.slice(beforeStop).flatMap((each) => (each.kind === 'CallTool' ? [each] : []));
        const others = later.filter(
          ({ path, isCompensation }) => !isCompensation && !tidying.has(/^[^.[]+/.exec(path)?.[0] ?? ''),
        );
        expect(others).toEqual([]);
        if (plan.finally)
          expect(commands.some((each) => isBegun(each, plan.finally?.steps[0]?.id))).toBe(true);
      }),
      { numRuns: 125, seed },
    );
  },
);

test.each(few)(
  'a run that keeps too much undoes just what was done, the last first, though that fails at first, and tidies up (seed %i)',
  (seed) => {
    let overgrown = 0;
    assert(
      property(nat(), (each) => {
        const { definition, world } = generatePipeline(seeded(each));
        const plan = makePlan(definition);
        const heavy = { ...world, padding: 200_000, undoesLate: true };
        const manners = { random: seeded(each), isUnruly: true, throughJson: false };
        const run = drive(plan, heavy, params, manners);
        const { finish, commands, failedBy } = run;
        // When that is known at the very end it was too much for `finally` only.
        if (!finish.error?.message.includes('keeps more than') || failedBy === 'ended') return;
        overgrown += 1;
        const { main, undone } = partsOf(plan, run);
        expect([...new Set(undone)]).toEqual(main.toReversed());
        expect(undone.length).toBe(2 * main.length);
        for (const block of [plan.onFailure, plan.finally])
          if (block) expect(commands.some((each) => isBegun(each, block.steps[0]?.id))).toBe(true);
      }),
      { numRuns: 125, seed },
    );
    expect(overgrown).toBeGreaterThan(5);
  },
);

function isBegun(command: Drive['commands'][number], id: string | undefined): boolean {
  return command.kind === 'StepChanged' && command.stepId === id;
}

/** Paths of what gave something, refused or not, and says how it is undone, and of what was undone, both in their order. */
function partsOf(
  plan: ReturnType<typeof makePlan>,
  { commands, answered }: Drive,
): { readonly main: readonly string[]; readonly undone: readonly string[] } {
  const undoable = new Set(
    everyStep(plan.definition).flatMap(({ step: { id, compensate } }) =>
      compensate && !('z' in (compensate.with ?? {})) ? [id] : [],
    ),
  );
  const after = [plan.onFailure, plan.finally].flatMap((block) => block?.steps.map(({ id }) => id) ?? []);
  const tidying = new Set(after);
  const main = answered.filter(
    (path) =>
      !path.endsWith('#undo') && undoable.has(idOf(path)) && !tidying.has(/^[^.[]+/.exec(path)?.[0] ?? ''),
  );
  const undone = commands.flatMap((each) =>
    each.kind === 'CallTool' && each.isCompensation ? [each.path.replace(/#undo$/, '')] : [],
  );
  return { main, undone };
}

/** How often each call ended well. */
function timesDone(commands: Drive['commands']): readonly (readonly [string, number])[] {
  const times = new Map<string, number>();
  for (const command of commands)
    if (command.kind === 'StepChanged' && command.record.status === 'done')
      times.set(command.path, (times.get(command.path) ?? 0) + 1);
  return [...times];
}

function checkAll(
  seed: number,
  run: (plan: ReturnType<typeof makePlan>, generated: Generated, seed: number) => Drive,
): void {
  assert(
    property(nat(), (each) => {
      const generated = generatePipeline(seeded(each));
      const plan = makePlan(generated.definition);
      compare(run(plan, generated, each), interpret(plan.definition, generated.world, params));
    }),
    { numRuns: 250, seed },
  );
}

function compare({ finish, calls }: Drive, model: Modelled): void {
  if (model.dependsOnTime && model.status === 'failed') {
    expect(finish.status).toBe('failed');
    return;
  }
  if (model.dependsOnTime) return;
  expect({ status: finish.status, error: finish.error?.kind, output: finish.output }).toEqual({
    status: model.status,
    error: model.errorKind,
    output: { json: model.output },
  });
  expect(calls.map(tell).sort()).toEqual(model.calls.map(tell).sort());
}

function tell({ path, attempt, tool, args }: Modelled['calls'][number]): string {
  return `${path} ${attempt} ${tool} ${JSON.stringify(args)}`;
}
