import type { PlanBlock, PlanStep } from './plan.ts';
import { VisibleSteps } from './visible-steps.ts';

/** Where in the pipeline something stands, and what it may read there; and what is gathered while a plan is made. */
export interface Surroundings {
  /** Paths of the steps that may be read here, by id and `save_as`. */
  readonly visible: VisibleSteps;
  /** Roots that may be read here besides. */
  readonly roots: ReadonlySet<string>;
  /** Paths of the loops around. */
  readonly loops: readonly string[];
  /** What goes before the ids of steps in their paths. */
  readonly prefix: string;
  /** Something else may run at the same time. */
  readonly isConcurrent: boolean;
  /** Blocks around. */
  readonly depth: number;

  readonly report: (path: string, message: string) => void;
  /** All names of steps. */
  readonly names: ReadonlySet<string>;
  /** All variables. */
  readonly vars: ReadonlySet<string>;
  readonly blocks: Map<string, PlanBlock>;
  readonly steps: Map<string, PlanStep>;
}

/** The same place, with more steps that may be read. */
export function seeing(around: Surroundings, names: Iterable<readonly [string, string]>): Surroundings {
  return { ...around, visible: new VisibleSteps(around.visible, names) };
}
