import { createHash } from 'node:crypto';
import { makePlan, type Plan } from '@signalbox/pipeline';
import { calendarZones } from '@signalbox/schedule';
import type { JsonObject } from '@signalbox/sdk';

const maxPlans = 500;

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
    const plan = makePlan(definition, { zones: calendarZones });
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
