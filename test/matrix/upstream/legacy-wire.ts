import type { JsonObject, JsonValue } from '@signalbox/sdk';
import { keys, type Message, notification, objectOf, request, type Send } from '../message.ts';
import { type Answer, refusal } from './answer.ts';
import { capabilitiesOf } from './offer.ts';
import type { ScriptedUpstream } from './scripted-upstream.ts';

/** One session with an upstream of a version with `initialize`; it says nothing that version does not have. */
export class LegacyWire {
  readonly #upstream: ScriptedUpstream;
  readonly #sendUnasked: Send;
  readonly #asked = new Map<JsonValue, (said: JsonObject) => void>();

  /** `sendUnasked` carries what belongs to no request. */
  constructor(upstream: ScriptedUpstream, sendUnasked: Send) {
    this.#upstream = upstream;
    this.#sendUnasked = sendUnasked;
  }

  /** Takes one message; what it is answered with, and what belongs to it, goes to `send`. */
  async take(message: Message, send: Send): Promise<void> {
    const { id, method } = message;
    if (typeof method !== 'string') return this.#takeAnswer(message);
    if (id === undefined) return;
    const notes: Message[] = [];
    // From 2025-03-26 to 2025-06-18 several messages may travel as one (2025-03-26, basic/index, "Batching").
    const batches = this.#upstream.spoken.version === '2025-03-26';
    const notify = batches ? (note: Message) => void notes.push(note) : (note: Message) => send(note);
    const answer = await this.#answer(message, method, { send, notify });
    send(...notes, { jsonrpc: '2.0', id, ...answer });
  }

  #answer(
    message: Message,
    method: string,
    { send, notify }: { send: Send; notify: (note: Message) => void },
  ): Answer | Promise<Answer> {
    const params = objectOf(message['params']);
    if (method === 'initialize') return this.#initialize();
    if (method === 'ping') return { result: {} };
    if (keys.version in objectOf(params['_meta']))
      return refusal(-32601, `${method} with an envelope is not known in ${this.#upstream.spoken.version}`);
    return this.#upstream.answer(method, {
      params,
      notify: (name, noteParams) => notify(notification(name, noteParams)),
      announce: (name) => this.#sendUnasked(notification(name)),
      askName: async () => ({ said: await this.#ask(send) }),
    });
  }

  #initialize(): Answer {
    const { version } = this.#upstream.spoken;
    const serverInfo = { name: `scripted-${version}`, version: '1' };
    return { result: { protocolVersion: version, capabilities: capabilitiesOf(version), serverInfo } };
  }

  #ask(send: Send): Promise<JsonObject> {
    const id = `ask-${this.#asked.size + 1}`;
    const requestedSchema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
    // The mode came with 2025-11-25 (client/elicitation).
    const mode = this.#upstream.spoken.version >= '2025-11-25' ? { mode: 'form' } : {};
    return new Promise((resolve) => {
      this.#asked.set(id, resolve);
      send(request(id, 'elicitation/create', { ...mode, message: 'Your name?', requestedSchema }));
    });
  }

  #takeAnswer({ id, result, error }: Message): void {
    this.#asked.get(id ?? null)?.(objectOf(result ?? error));
  }
}
