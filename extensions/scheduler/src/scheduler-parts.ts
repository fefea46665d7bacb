import type { SecretUse } from '@signalbox/pipeline';
import type { PolicyBook } from '@signalbox/policy';
import type {
  Calls,
  CatalogReader,
  Clock,
  Directory,
  Engine,
  Events,
  JsonObject,
  JsonValue,
  Log,
  Metrics,
  NamedSecrets,
} from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { SchedulerSettings } from './settings.ts';

/** What the scheduler cannot do itself: what it knows of pipelines, templates and expressions. */
export interface PipelineKnowledge {
  /**
   * The tools a pipeline calls, as the whole catalog names them, those only a run can tell left out; and the secrets it needs, each with
   * the tool it is given to.
   */
  readonly requirements: (pipeline: JsonObject) => {
    readonly tools: readonly string[];
    readonly secrets: readonly SecretUse[];
  };
  /** Renders the templates in a key; without it a key with a template is refused. */
  readonly render?: (template: string, context: JsonObject) => string;
  /** Refuses a key whose templates cannot be read, or read something else than these. Errors: `invalid_params`. */
  readonly checkKey?: (template: string, roots: readonly string[]) => void;
  /** Whether an expression is true for a payload; without it a task with `when` is refused. Errors: `invalid_params`. */
  readonly matches?: (expression: string, payload: JsonValue) => boolean;
}

/** What everything of the scheduler works with. */
export interface SchedulerParts {
  readonly settings: SchedulerSettings;
  readonly database: Database;
  /** Asked for each time: services come and go with their extensions. */
  readonly engine: () => Engine | undefined;
  readonly directory: () => Directory | undefined;
  readonly policyBook: () => PolicyBook | undefined;
  readonly secrets: () => NamedSecrets | undefined;
  readonly calls: Calls;
  readonly catalog: CatalogReader;
  readonly clock: Clock;
  readonly events: Events;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly knowledge: PipelineKnowledge;
  /** Version of the zone data of this process, such as `2026c`. */
  readonly zoneData: string;
  /** Names this process among the nodes. */
  readonly node: string;
  /** What ids are made of beside the time; the machine's randomness unless said. */
  readonly randomBytes?: (size: number) => Uint8Array;
}
