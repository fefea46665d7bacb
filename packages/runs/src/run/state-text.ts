import type { StepperState, StepRecord } from '@signalbox/pipeline';

/**
 * States of one run as text. With each event few steps change, and records of steps are never changed in place, so each is written once:
 * what a run of many steps costs is in proportion to what happens in it.
 */
export class StateText {
  readonly #known = new WeakMap<StepRecord, string>();

  /** The JSON of a state. */
  of({ steps, ...others }: StepperState): string {
    const records: string[] = [];
    for (const path in steps) {
      const record = steps[path];
      if (record !== undefined) records.push(`${JSON.stringify(path)}:${this.#textOf(record)}`);
    }
    return `${JSON.stringify(others).slice(0, -1)},"steps":{${records.join()}}}`;
  }

  #textOf(record: StepRecord): string {
    const known = this.#known.get(record);
    if (known !== undefined) return known;
    const text = JSON.stringify(record);
    this.#known.set(record, text);
    return text;
  }
}
