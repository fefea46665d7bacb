import type { JsonObject, JsonValue } from '@signalbox/sdk';
import { keys, type Message, notification, objectOf, type Send } from '../message.ts';
import { type Answer, refusal } from './answer.ts';
import { capabilitiesOf } from './offer.ts';
import type { ScriptedUpstream } from './scripted-upstream.ts';

const cacheable = /\/list$|^resources\/read$|^server\/discover$/;
const state = 'left "off" at ø';

/** An upstream of 2026-07-28: every request stands alone. */
export class ModernWire {
  readonly #upstream: ScriptedUpstream;
  readonly #listeners = new Map<JsonValue, Send>();

  constructor(upstream: ScriptedUpstream) {
    this.#upstream = upstream;
  }

  /** Takes one message; resolves when it is answered, or its subscription is over. */
  async take(message: Message, send: Send): Promise<void> {
    const { id, method } = message;
    const params = objectOf(message['params']);
    if (method === 'notifications/cancelled') return this.end(params['requestId'] ?? null);
    if (id === undefined || typeof method !== 'string') return;
    if (method === 'subscriptions/listen') return this.#listen(id, params, send);
    const answer = await this.#answer(method, params, send);
    send({ jsonrpc: '2.0', id, ...this.#dress(method, answer) });
  }

  /** Forgets a subscription. */
  end(id: JsonValue): void {
    this.#listeners.delete(id);
  }

  #answer(method: string, params: JsonObject, send: Send): Answer | Promise<Answer> {
    const envelope = objectOf(params['_meta']);
    const { version } = this.#upstream.spoken;
    if (envelope[keys.version] !== version)
      return refusal(-32022, 'another version', {
        supported: [version],
        requested: envelope[keys.version] ?? '',
      });
    if (method === 'server/discover')
      return { result: { supportedVersions: [version], capabilities: capabilitiesOf(version) } };
    return this.#upstream.answer(method, {
      params,
      notify: (name, noteParams) => send(notification(name, noteParams)),
      announce: (name) => this.#announce(name),
      askName: async () => askName(params, objectOf(envelope[keys.capabilities])),
    });
  }

  #dress(method: string, answer: Answer): Answer {
    if ('error' in answer) return answer;
    return {
      result: {
        resultType: 'complete',
        ...(cacheable.test(method) ? { ttlMs: 1_000, cacheScope: 'private' } : {}),
        ...answer.result,
        _meta: { [keys.serverInfo]: { name: `scripted-${this.#upstream.spoken.version}`, version: '1' } },
      },
    };
  }

  #listen(id: JsonValue, params: JsonObject, send: Send): void {
    this.#listeners.set(id, send);
    const notifications = objectOf(params['notifications']);
    const _meta = { [keys.subscription]: id };
    send(notification('notifications/subscriptions/acknowledged', { notifications, _meta }));
  }

  #announce(method: string): void {
    for (const [id, send] of this.#listeners)
      send(notification(method, { _meta: { [keys.subscription]: id } }));
  }
}

/** Asks by rounds (2026-07-28, basic/patterns/mrtr). */
function askName(
  { inputResponses, requestState }: JsonObject,
  capabilities: JsonObject,
): { readonly said: JsonObject } | { readonly answer: Answer } {
  const given = objectOf(inputResponses)['name'];
  if (given !== undefined)
    return requestState === state
      ? { said: objectOf(given) }
      : { answer: refusal(-32602, 'this is not the state it left off at') };
  if (capabilities['elicitation'] === undefined) {
    const requiredCapabilities = { elicitation: { form: {} } };
    return { answer: refusal(-32021, 'somebody to ask is needed', { requiredCapabilities }) };
  }
  const requestedSchema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
  const params = { mode: 'form', message: 'Your name?', requestedSchema };
  const inputRequests = { name: { method: 'elicitation/create', params } };
  return { answer: { result: { resultType: 'input_required', inputRequests, requestState: state } } };
}
