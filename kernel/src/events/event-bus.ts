import type { Events, EventTopic, Log } from '@signalbox/sdk';

type Listener = (payload: unknown) => void;

/** In-process events. A listener that throws is logged and harms no other. */
export class EventBus implements Events {
  readonly #log: Log;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(log: Log) {
    this.#log = log;
  }

  readonly publish = <Payload>(topic: EventTopic<Payload>, payload: Payload): void => {
    for (const listener of this.#listeners.get(topic.name) ?? []) {
      try {
        listener(payload);
      } catch (error) {
        this.#log.error('an event listener failed', { topic: topic.name, cause: error });
      }
    }
  };

  readonly on = <Payload>(topic: EventTopic<Payload>, listener: (payload: Payload) => void): (() => void) => {
    const listeners = this.#listeners.get(topic.name) ?? new Set();
    // The topic's name stands for its payload type.
    const stored = listener as Listener;
    listeners.add(stored);
    this.#listeners.set(topic.name, listeners);
    return () => {
      listeners.delete(stored);
    };
  };
}
