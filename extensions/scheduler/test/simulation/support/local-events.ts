import type { Events, EventTopic } from '@signalbox/sdk';

/** What is told inside one process, and goes with it. */
export class LocalEvents implements Events {
  readonly #listeners = new Map<string, Set<(payload: never) => void>>();

  readonly publish = <Payload>({ name }: EventTopic<Payload>, payload: Payload): void => {
    for (const listener of this.#listeners.get(name) ?? []) listener(payload as never);
  };

  readonly on = <Payload>(
    { name }: EventTopic<Payload>,
    listener: (payload: Payload) => void,
  ): (() => void) => {
    const own = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, own.add(listener));
    return () => void own.delete(listener);
  };
}
