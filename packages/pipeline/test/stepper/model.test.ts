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
  checkAll(runs, 1_129, (plan, generated, seed) =>
    drive(plan, generated.world, params, { random: seeded(seed + 1), isUnruly: true, throughJson: true }),
  );
});

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
