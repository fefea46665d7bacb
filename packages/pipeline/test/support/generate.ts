import type { ErrorKind, StepDefinition } from '@signalbox/pipeline';
import type { JsonObject, JsonValue } from '@signalbox/sdk';
import type { Random } from './random.ts';
import { callOfTask, type World } from './world.ts';

/** A pipeline and the world it runs in. */
export interface Generated {
  readonly definition: Record<string, JsonValue>;
  readonly world: World;
}

interface Around {
  /** Names of steps that may be read. */
  readonly seen: readonly string[];
  readonly roots: readonly string[];
  readonly isConcurrent: boolean;
  readonly depth: number;
}

/**
 * Makes a pipeline that is right, of every construct there is, at random. Steps that run another task are among them only for who has
 * somebody who keeps tasks; loops that fail late, in steps that stand in for them too, only for who wants many of them.
 */
export function generatePipeline(
  random: Random,
  { hasTasks = false, failsInHandlers = false } = {},
): Generated {
  const faults = new Map<string, readonly ErrorKind[]>();
  const refusals = new Set<string>();
  let count = 0;
  const newId = (): string => `s${count++}`;

  const expression = ({ seen, roots }: Around): string =>
    random.pick([
      'params.a',
      'params.word',
      'vars.v',
      ...roots,
      ...seen.slice(-6).flatMap((name) => [`steps.${name}`]),
    ]);
  const value = (around: Around): JsonValue => {
    if (random.chance(0.2))
      return random.pick<JsonValue>([1, 'text', true, null, { deep: [`\${${expression(around)}}`] }]);
    return random.chance(0.15) ? 'a ${params.a} b ${params.word}' : `\${${expression(around)}}`;
  };
  const condition = ({ seen }: Around): string => {
    const plain = random.pick([
      'params.yes',
      'params.no',
      ...seen.slice(-4).map((name) => `steps.${name}.ok`),
    ]);
    return random.chance(0.3) ? `!${plain}` : plain;
  };

  function list(around: Around, most: number): { steps: StepDefinition[]; names: string[] } {
    const length = 1 + random.below(most);
    const isGraph = length > 1 && random.chance(0.15);
    const names: string[][] = [];
    const ancestors: Set<number>[] = [];
    const steps: StepDefinition[] = [];
    for (let index = 0; index < length; index++) {
      const direct = isGraph
        ? steps.flatMap((_, each) => (random.chance(0.4) ? [each] : []))
        : steps.map((_, each) => each);
      const all = new Set(direct.flatMap((each) => [each, ...(ancestors[each] ?? [])]));
      ancestors.push(all);
      const seen = [...around.seen, ...[...all].flatMap((each) => names[each] ?? [])];
      const made = oneStep({ ...around, seen, isConcurrent: around.isConcurrent || isGraph });
      const needs = isGraph ? { needs: direct.map((each) => steps[each]?.id ?? '') } : {};
      steps.push({ ...made.step, ...needs });
      names.push(made.names);
    }
    if (!isGraph) addJumps(steps);
    return { steps, names: names.flat() };
  }

  function addJumps(steps: StepDefinition[]): void {
    for (const [index, step] of steps.entries()) {
      const target = steps[index + 2];
      if (target && step.on_error === undefined && random.chance(0.1))
        steps[index] = { ...step, on_error: { goto: target.id } };
    }
  }

  function oneStep(around: Around): { step: StepDefinition; names: string[] } {
    const id = newId();
    const names = [id];
    const inner = (most: number, more: Partial<Around> = {}): StepDefinition[] => {
      const made = list({ ...around, depth: around.depth + 1, ...more }, most);
      names.push(...made.names);
      return made.steps;
    };
    const loopBody = (
      roots: readonly string[],
      isConcurrent: boolean,
    ): { steps: StepDefinition[]; names: string[] } =>
      list(
        {
          ...around,
          depth: around.depth + 1,
          roots: [...around.roots, ...roots],
          isConcurrent: around.isConcurrent || isConcurrent,
        },
        2,
      );
    const given = makeAction(around, id, inner, loopBody);
    const action = failsInHandlers ? failingLate(given) : given;
    const otherwise = random.chance(0.2)
      ? { if: condition(around), ...(around.depth < 3 && random.chance(0.5) && { else: inner(2) }) }
      : {};
    const compensate =
      action.uses && random.chance(0.25)
        ? { compensate: { uses: 'undo', with: makeUndoArguments(around, id) } }
        : {};
    const validate =
      action.uses && random.chance(0.06)
        ? { validate: { type: 'object', properties: { ok: { const: true } }, required: ['ok'] } }
        : {};
    const isLoop = action.foreach !== undefined || action.while !== undefined;
    const onError =
      failsInHandlers && isLoop
        ? makeFailingHandler()
        : makeOnError(around, id, (most) => inner(most, { seen: [...around.seen, id] }));
    const saved = random.chance(0.1) ? { save_as: `kept_${id}` } : {};
    if (saved.save_as) names.push(saved.save_as);
    return { step: { id, ...otherwise, ...action, ...compensate, ...validate, ...onError, ...saved }, names };
  }

  function makeUndoArguments(around: Around, id: string): JsonObject {
    const given = { x: `\${steps.${id}}`, y: value(around) };
    return random.chance(0.1) ? { ...given, z: `\${steps.${id}.missing}` } : given;
  }

  function makeOnError(
    around: Around,
    _id: string,
    inner: (most: number) => StepDefinition[],
  ): Pick<StepDefinition, 'on_error'> {
    if (random.chance(0.12)) return { on_error: 'continue' };
    return around.depth < 3 && random.chance(0.08) ? { on_error: { steps: inner(2) } } : {};
  }

  /** A loop whose third item or round fails at last. */
  function failingLate(action: Partial<StepDefinition>): Partial<StepDefinition> {
    if (!action.foreach && !action.while) return action;
    const id = newId();
    faults.set(id, ['denied']);
    return { ...action, steps: [...(action.steps ?? []), { id, uses: 'tool.a', if: 'index == `2`' }] };
  }

  function makeFailingHandler(): Pick<StepDefinition, 'on_error'> {
    const id = newId();
    faults.set(id, ['denied']);
    return { on_error: { steps: [{ id, uses: 'tool.b' }] } };
  }

  function makeCall(around: Around, id: string): Partial<StepDefinition> {
    if (random.chance(0.2))
      faults.set(
        id,
        random.pick<readonly ErrorKind[]>([
          ['timeout'],
          ['timeout', 'timeout'],
          ['tool_error'],
          ['timeout', 'denied'],
        ]),
      );
    return {
      uses: random.pick(['tool.a', 'tool.b']),
      with: { x: value(around), y: value(around) },
      ...(random.chance(0.2) && { max_retries: random.below(3) }),
    };
  }

  function makeChild(around: Around, id: string): Partial<StepDefinition> {
    if (random.chance(0.2)) faults.set(callOfTask(id), ['tool_error']);
    return { call: 'task', with: { x: value(around) } };
  }

  function makeAction(
    around: Around,
    id: string,
    inner: (most: number, more?: Partial<Around>) => StepDefinition[],
    loopBody: (
      roots: readonly string[],
      isConcurrent: boolean,
    ) => { steps: StepDefinition[]; names: string[] },
  ): Partial<StepDefinition> {
    const dice = around.depth >= 3 ? random.below(60) : random.below(100);
    if (dice < 40) return hasTasks && random.chance(0.2) ? makeChild(around, id) : makeCall(around, id);
    if (dice < 45) return around.isConcurrent ? { output: value(around) } : { set: { v: value(around) } };
    if (dice < 50) return { output: value(around) };
    if (dice < 53) return { sleep: random.pick([0, 5, '1m']) };
    if (dice < 56)
      return {
        wait: { event: 'news', match: `event.id == 'event of ' || contains(keys(event.payload), 'at')` },
      };
    if (dice < 60) {
      if (random.chance(0.3)) refusals.add(id);
      return { approve: { message: 'is it so?' } };
    }
    if (dice < 70) {
      const width = random.pick([1, 1, 2, 5]);
      const as = random.chance(0.3) ? `item_${id}` : undefined;
      const body = loopBody(['item', 'index', ...(as ? [as] : [])], width > 1);
      const last = body.names.at(-1);
      return {
        foreach: {
          in: random.pick<JsonValue>(['${params.list}', [], [1, 'two', { three: 3 }]]),
          max_parallel: width,
          ...(as && { as }),
          ...(random.chance(0.3) && { on_item_error: 'continue' as const }),
          ...(last && random.chance(0.5) && { collect: { got: `\${steps.${last}}`, of: '${index}' } }),
        },
        steps: body.steps,
      };
    }
    if (dice < 77)
      return {
        while: { condition: `index < ${random.below(4)}`, max: random.pick([2, 10]) },
        steps: loopBody(['index'], false).steps,
      };
    if (dice < 87) {
      const isNamed = random.chance(0.5);
      const branches = Array.from({ length: 1 + random.below(3) }, () =>
        inner(isNamed ? 1 : 2, { isConcurrent: true }),
      );
      const max = random.chance(0.5) ? { max: 1 + random.below(2) } : {};
      return { parallel: isNamed ? { steps: branches.flat(), ...max } : { branches, ...max } };
    }
    if (dice < 95) {
      const cases = Array.from({ length: 1 + random.below(2) }, () => ({
        when: condition(around),
        steps: inner(2),
      }));
      return { switch: { cases, ...(random.chance(0.5) && { default: inner(2) }) } };
    }
    return { steps: inner(3) };
  }

  const outer: Around = { seen: [], roots: [], isConcurrent: false, depth: 1 };
  const main = list(outer, 6);
  const after = { ...outer, seen: main.names };
  const onFailure = random.chance(0.4) ? list(after, 2) : undefined;
  const definition = {
    vars: { v: 0 },
    steps: main.steps,
    ...(random.chance(0.5) && { output: { all: value(after), last: value(after) } }),
    ...(onFailure && { on_failure: onFailure.steps }),
    ...(random.chance(0.4) && { finally: list(after, 2).steps }),
  };
  return { definition: definition as unknown as Record<string, JsonValue>, world: { faults, refusals } };
}
