import { makePlan } from '@signalbox/pipeline';
import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { generatePipeline } from '../../../../packages/pipeline/test/support/generate.ts';
import { interpret, type Modelled } from '../../../../packages/pipeline/test/support/model.ts';
import { seeded } from '../../../../packages/pipeline/test/support/random.ts';
import type { World } from '../../../../packages/pipeline/test/support/world.ts';

/** Params of every generated pipeline. */
export const params: JsonObject = { a: 1, word: 'w', yes: true, no: false, list: ['x', 'y', 'z'] };

/** A pipeline, the world around it, and what the independent model says comes of them. */
export interface Case {
  readonly seed: number;
  /** As engines are given it. */
  readonly pipeline: JsonObject;
  readonly world: World;
  readonly modelled: Modelled;
}

/** Makes the case of a seed. */
export function makeCase(seed: number): Case {
  const { definition, world } = generatePipeline(seeded(seed), { hasTasks: true });
  const modelled = interpret(makePlan(definition).definition, world, params);
  return { seed, pipeline: forEngines(definition), world, modelled };
}

/** Sleeps become short, and the tool that undoes has an address like the others. Neither changes what a pipeline gives. */
function forEngines(definition: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(definition).map(([name, value]) => [name, changed(name, value)]));
}

function changed(name: string, value: JsonValue): JsonValue {
  if (name === 'sleep') return value === 0 ? 0 : 1;
  if (name === 'uses' && value === 'undo') return 'tool.undo';
  if (Array.isArray(value)) return value.map((each) => changed('', each));
  return isJsonObject(value) ? forEngines(value) : value;
}
