/** A named channel for in-process events of one type. */
export interface EventTopic<Payload> {
  readonly name: string;
  /** Carries the type; never present at run time. */
  readonly payload?: Payload;
}

/** Makes a topic; the same name is the same topic. */
export function defineTopic<Payload>(name: string): EventTopic<Payload> {
  return { name };
}

/** Publish and listen; a listener is withdrawn when its extension stops. */
export interface Events {
  readonly publish: <Payload>(topic: EventTopic<Payload>, payload: Payload) => void;
  readonly on: <Payload>(topic: EventTopic<Payload>, listener: (payload: Payload) => void) => () => void;
}
