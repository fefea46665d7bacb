import { createHash } from 'node:crypto';
import { makePlan, type Plan } from '@signalbox/pipeline';
import { calendarZones } from '@signalbox/schedule';
import type { JsonObject } from '@signalbox/sdk';

const maxPlans = 500;

/** A plan with the hash that names it, and what it was made of. */
export interface NamedPlan {
  readonly plan: Plan;
  readonly hash: string;
  readonly definition: JsonObject;
}

/** Plans that are in use, made once each. */
export class Plans {
  readonly #byText = new Map<string, NamedPlan>();
  readonly #textsByHash = new Map<string, string>();

  /** Errors: `invalid_params` for a pipeline that is none. */
  of(definition: JsonObject): NamedPlan {
    const text = JSON.stringify(definition);
    const known = this.#find(text);
    if (known) return known;
    const plan = makePlan(definition, { zones: calendarZones });
    const hash = createHash('sha256').update(text).digest('base64url');
    const named = { plan, hash, definition };
    this.#byText.set(text, named);
    this.#textsByHash.set(hash, text);
    if (this.#byText.size > maxPlans) this.#forgetOldest();
    return named;
  }

  /** One that is in use, by the hash of its definition; whoever asks has a run of it. */
  ofHash(hash: string): NamedPlan | undefined {
    const text = this.#textsByHash.get(hash);
    return text === undefined ? undefined : this.#find(text);
  }

  #find(text: string): NamedPlan | undefined {
    const known = this.#byText.get(text);
    if (!known) return undefined;
    this.#byText.delete(text);
    this.#byText.set(text, known);
    return known;
  }

  #forgetOldest(): void {
    const [oldest] = this.#byText;
    if (oldest === undefined) return;
    this.#byText.delete(oldest[0]);
    this.#textsByHash.delete(oldest[1].hash);
  }
}
