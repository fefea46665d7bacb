import { metaKeys } from '@signalbox/protocol';
import type { JsonObject, JsonValue } from '@signalbox/sdk';

/** One notification for many listeners: it is written once, and only the id of each subscription is put in between. */
export class Notification {
  readonly method: string;
  readonly #members: string;
  #plain: string | undefined;
  #head: string | undefined;

  /** `params` must have no `_meta` of their own. */
  constructor(method: string, params: JsonObject) {
    this.method = method;
    this.#members = JSON.stringify(params).slice(1, -1);
  }

  /** The message for a client that listens without a subscription. */
  get plain(): string {
    this.#plain ??= `{"jsonrpc":"2.0","method":${JSON.stringify(this.method)},"params":{${this.#members}}}`;
    return this.#plain;
  }

  /** The message for a subscription; every message of one carries its id (2026-07-28, patterns/subscriptions). */
  forSubscription(id: JsonValue): string {
    const comma = this.#members === '' ? '' : ',';
    this.#head ??= `{"jsonrpc":"2.0","method":${JSON.stringify(this.method)},"params":{${this.#members}${comma}"_meta":{${JSON.stringify(metaKeys.subscriptionId)}:`;
    return `${this.#head}${JSON.stringify(id)}}}}`;
  }
}
