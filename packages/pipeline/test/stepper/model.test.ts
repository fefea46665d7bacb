import { makePlan } from '@signalbox/pipeline';
import { assert, nat, property } from 'fast-check';
import { expect, test } from 'vitest';
import { type Drive, drive } from '../support/drive.ts';
import { type Generated, generatePipeline } from '../support/generate.ts';
import { interpret, type Modelled } from '../support/model.ts';
import { seeded } from '../support/random.ts';

const params = { a: 1, word: 'w', yes: true, no: false, list: ['x', 'y', 'z'] };
const runs = process.env['SIGNALBOX_LONG'] ? 20_000 : 2_000;

test(`${runs} pipelines give the outputs and make the calls an independent model says`, () => {
  checkAll(runs, 20_261_129, (plan, generated, seed) =>
    drive(plan, generated.world, params, { random: seeded(seed), isUnruly: false, throughJson: false }),
  );
});

test('events that come twice, late and in any order, and states put through JSON, make no difference', () => {
  checkAll(runs / 2, 1_129, (plan, generated, seed) =>
    drive(plan, generated.world, params, { random: seeded(seed + 1), isUnruly: true, throughJson: true }),
  );
});

test('a run that failed goes on in its next attempt, and no call that was done is made again', () => {
  assert(
    property(nat(), (each) => {
      const { definition, world } = generatePipeline(seeded(each));
      const manners = { random: seeded(each), isUnruly: true, throughJson: true, resumes: true };
      const { finish, commands } = drive(makePlan(definition), world, params, manners);
      const calls = commands.filter((command) => command.kind === 'CallTool');
      const isResumed = commands.some((command) => command.kind === 'Finish' && command.isResumable);
      if (isResumed) expect(finish.error?.kind ?? 'budget').toBe('budget');
      expect(new Set(calls.map(({ path, attempt }) => `${path} ${attempt}`)).size).toBe(calls.length);
      expect(timesDone(commands).filter(([, times]) => times > 1)).toEqual([]);
    }),
    { numRuns: runs / 4, seed: 29 },
  );
});

/** How often each call ended well. */
function timesDone(commands: Drive['commands']): readonly (readonly [string, number])[] {
  const times = new Map<string, number>();
  for (const command of commands)
    if (command.kind === 'StepChanged' && command.record.status === 'done')
      times.set(command.path, (times.get(command.path) ?? 0) + 1);
  return [...times];
}

function checkAll(
  numRuns: number,
  seed: number,
  run: (plan: ReturnType<typeof makePlan>, generated: Generated, seed: number) => Drive,
): void {
  assert(
    property(nat(), (each) => {
      const generated = generatePipeline(seeded(each));
      const plan = makePlan(generated.definition);
      compare(run(plan, generated, each), interpret(plan.definition, generated.world, params));
    }),
    { numRuns, seed },
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
