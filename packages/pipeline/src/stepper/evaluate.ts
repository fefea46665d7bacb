import { isSignalboxError, type JsonObject, type JsonValue } from '@signalbox/sdk';
import type { BoundCondition, BoundTemplate, StepRead } from '../plan/bind.ts';
import type { SecretText } from '../template/secret-text.ts';
import type { Scope, TimeScope } from '../template/template.ts';
import { fillPath } from './fill-path.ts';
import type { Machine } from './machine.ts';
import type { BusEvent } from './stepper-event.ts';
import type { StepRecord } from './stepper-state.ts';
import { missingRefs, NeedsValues, nothing, readValue } from './values.ts';

/** Where an expression stands when it is evaluated. */
export interface Place {
  /** Paths of the loops around, as in the plan. */
  readonly loops: readonly string[];
  /** In which iteration of each. */
  readonly indices: readonly number[];
  /** What `index` is, where it is not the last of `indices`. */
  readonly index?: number;
  /** What `event` is, where it is not the event of the run. */
  readonly event?: BusEvent;
  /** How the step itself stands, where that is not written down yet. */
  readonly own?: { readonly path: string; readonly record: StepRecord };
}

/** Says that in a dry run a value depends on a result there is none of. */
export const unknown = Symbol('unknown');

/**
 * Renders a template. Throws {@link NeedsValues} when it reads what is kept elsewhere, and `template_failed` as templates do. Gives
 * {@link unknown} in dry runs only.
 */
export function evaluate(machine: Machine, bound: BoundTemplate, place: Place): JsonValue | typeof unknown {
  if (bound.template.isConstant) return bound.template.render({}, timeOf(machine));
  return guard(machine, bound, place, () =>
    bound.template.render(scopeOf(machine, bound, place), timeOf(machine)),
  );
}

/** The texts of arguments that secrets belong into, as a member of a call; to be asked for once the arguments are known. */
export function secretsIn(
  machine: Machine,
  bound: BoundTemplate,
  place: Place,
): { readonly secrets?: readonly SecretText[] } {
  const { template } = bound;
  if (template.secrets.length === 0) return {};
  const scope = template.isConstant ? {} : scopeOf(machine, bound, place);
  return { secrets: template.renderSecrets(scope, timeOf(machine)) };
}

/** Tests a condition; the same otherwise. */
export function test(machine: Machine, bound: BoundCondition, place: Place): boolean | typeof unknown {
  return guard(machine, bound, place, () =>
    bound.condition.test(scopeOf(machine, bound, place), timeOf(machine)),
  );
}

type Bound = Pick<BoundTemplate, 'outputs' | 'metas' | 'roots'>;

/** Runs it; in a dry run nothing that depends on what was not called is evaluated, nor fails. */
function guard<Result>(
  machine: Machine,
  bound: Bound,
  place: Place,
  work: () => Result,
): Result | typeof unknown {
  if (!machine.draft.dryRun) return work();
  if (bound.outputs.some(({ path }) => recordOf(machine, path, place)?.isUnknown)) return unknown;
  try {
    return work();
  } catch (error) {
    if (isSignalboxError(error) && bound.roots.includes('vars')) return unknown;
    throw error;
  }
}

function timeOf({ draft, plan }: Machine): TimeScope {
  return {
    nowMs: draft.startedAtMs,
    scheduledAtMs: draft.scheduledAtMs,
    timezone: draft.timezone,
    zones: plan.zones,
  };
}

function scopeOf(machine: Machine, bound: Bound, place: Place): Scope {
  const scope: Record<string, JsonValue> = {};
  for (const root of bound.roots) scope[root] = rootValue(machine, root, place);
  if (bound.outputs.length > 0) scope['steps'] = outputsOf(machine, bound.outputs, place);
  if (bound.metas.length > 0) scope['steps_meta'] = metasOf(machine, bound.metas, place);
  return scope;
}

function recordOf(machine: Machine, template: string, { indices, own }: Place): StepRecord | undefined {
  const path = fillPath(template, indices);
  return own?.path === path ? own.record : machine.record(path);
}

function outputsOf(machine: Machine, reads: readonly StepRead[], place: Place): JsonObject {
  const values = reads.map(({ name, path }) => {
    const value = recordOf(machine, path, place)?.output ?? nothing;
    return [name, value] as const;
  });
  const missing = values.flatMap(([, value]) => missingRefs(value, machine.loaded));
  if (missing.length > 0) throw new NeedsValues([...new Set(missing)]);
  return Object.fromEntries(values.map(([name, value]) => [name, readValue(value, machine.loaded)]));
}

function metasOf(machine: Machine, reads: readonly StepRead[], place: Place): JsonObject {
  return Object.fromEntries(
    reads.map(({ name, path }) => {
      const record = recordOf(machine, path, place);
      return [
        name,
        {
          status: record?.status ?? 'pending',
          attempts: record?.attempts ?? 0,
          error: record?.error ? { ...record.error } : null,
          started_at: record ? isoText(record.startedAtMs) : null,
          duration_ms: record?.durationMs ?? null,
        },
      ];
    }),
  );
}

function rootValue(machine: Machine, root: string, place: Place): JsonValue {
  const { draft } = machine;
  switch (root) {
    case 'params':
      return draft.params;
    case 'vars':
      return draft.vars;
    case 'event':
      return eventValue(place.event ?? draft.event);
    case 'run':
      return runValue(machine);
    case 'index':
      return place.index ?? place.indices.at(-1) ?? null;
    default:
      return itemValue(machine, root, place);
  }
}

/** The item of the innermost `foreach` around, or of the one that named it so. */
function itemValue(machine: Machine, root: string, { loops, indices }: Place): JsonValue {
  for (const [place, path] of [...loops.entries()].reverse()) {
    const action = machine.plan.steps.get(path)?.action;
    if (action?.kind !== 'foreach' || (root !== 'item' && action.as !== root)) continue;
    const work = machine.stepFrame(fillPath(path, indices))?.work;
    return (work?.kind === 'foreach' ? work.items[indices[place] ?? -1] : undefined) ?? null;
  }
  return null;
}

function eventValue(event: BusEvent | undefined): JsonValue {
  if (!event) return null;
  return { topic: event.topic, id: event.id, payload: event.payload, source: event.source ?? null };
}

function runValue({ draft }: Machine): JsonValue {
  const { run, error } = draft;
  return {
    id: run.id,
    task_id: run.taskId ?? null,
    scheduled_at: isoText(draft.scheduledAtMs),
    started_at: isoText(draft.startedAtMs),
    attempt: run.attempt,
    trigger: run.trigger,
    error: error ? { ...error } : null,
  };
}

function isoText(ms: number): string {
  return new Date(ms).toISOString();
}
