import { createHash } from 'node:crypto';
import { makePlan, type Plan, type Zones } from '@signalbox/pipeline';
import { toInstant, toLocal } from '@signalbox/schedule';
import type { JsonObject } from '@signalbox/sdk';

const maxPlans = 500;

/** Calendar arithmetic of templates, by the zone data of this process. */
const zones: Zones = {
  // Offsets are whole seconds, so the part below one is that of the instant.
  toLocal: (ms, zone) => ({ ...toLocal(ms, zone), millisecond: ((ms % 1_000) + 1_000) % 1_000 }),
  toInstant: ({ millisecond, ...local }, zone) => toInstant(local, zone) + millisecond,
};

/** A plan with the hash that names it. */
export interface NamedPlan {
  readonly plan: Plan;
  readonly hash: string;
}

/** Plans that are in use, made once each. */
export class Plans {
  readonly #byText = new Map<string, NamedPlan>();

  /** Errors: `invalid_params` for a pipeline that is none. */
  of(definition: JsonObject): NamedPlan {
    const text = JSON.stringify(definition);
    const known = this.#byText.get(text);
    if (known) {
      this.#byText.delete(text);
      this.#byText.set(text, known);
      return known;
    }
    const plan = makePlan(definition, { zones });
    const hash = createHash('sha256').update(text).digest('base64url');
    const named = { plan, hash };
    this.#byText.set(text, named);
    if (this.#byText.size > maxPlans) {
      const [oldest] = this.#byText.keys();
      if (oldest !== undefined) this.#byText.delete(oldest);
    }
    return named;
  }
}
