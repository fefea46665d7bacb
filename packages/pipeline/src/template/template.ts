import type { JsonValue } from '@signalbox/sdk';
import type { LocalTime } from '../calendar.ts';
import type { Budget } from '../jmespath/budget.ts';
import type { SecretText } from './secret-text.ts';

/** What expressions of a template may read, by its first name: `params`, `steps`, `event`, `run`, `vars` and so on. */
export interface Scope {
  readonly [name: string]: JsonValue;
}

/** What knows the clocks of a zone, handed in, because nothing here may depend on zone data. Both throw for an unknown zone. */
export interface Zones {
  toLocal(this: void, ms: number, zone: string): LocalTime;
  toInstant(this: void, local: LocalTime, zone: string): number;
}

/** What `now` and `scheduled_at` mean, in UTC milliseconds; the same however often a run is tried or replayed. */
export interface TimeScope {
  /** When the run started. */
  readonly nowMs: number;
  /** The nominal time of its occurrence. */
  readonly scheduledAtMs: number;
  /** The zone of the task: days, weeks, months and years are counted on its calendar. */
  readonly timezone: string;
  readonly zones: Zones;
}

/** Something of the scope that an expression reads. */
export interface Reference {
  /** The first name of the path: `steps` of `steps.weather.temperature`. */
  readonly root: string;
  /** The second one, `weather`; absent where everything under the root is read. */
  readonly name?: string;
  /** As much of the path as is plain names: `steps.weather.temperature`. */
  readonly path: string;
  /** The character of the text at which it stands, counted from 1. */
  readonly position: number;
  /** JSON pointer to the text inside the template; empty when the template is the text itself. */
  readonly at: string;
}

/** A JSON value with expressions in its strings, compiled. */
export interface Template {
  /** Everything it reads, in the order it is written. */
  readonly references: readonly Reference[];
  /** True when nothing in it is an expression, so that it always gives the same. */
  readonly isConstant: boolean;
  /** Names of the secrets in it, each once. */
  readonly secrets: readonly string[];
  /**
   * Gives the value with every expression replaced by what it finds, once: what is found is never rendered itself.
   * Throws `template_failed` for a path that is missing, a value of the wrong type, or work beyond the budget.
   */
  render(this: void, scope: Scope, time: TimeScope, budget?: Budget): JsonValue;
  /** The texts of the rendered value that secrets belong into; none where there are no secrets. Throws like `render`. */
  renderSecrets(this: void, scope: Scope, time: TimeScope, budget?: Budget): readonly SecretText[];
}

/** A text that is true or false of a scope, compiled. */
export interface Condition {
  readonly references: readonly Reference[];
  /** False for what JMESPath calls false: nothing, null, false, and empty texts, lists and objects. */
  test(this: void, scope: Scope, time: TimeScope, budget?: Budget): boolean;
}
