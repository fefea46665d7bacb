import { type CallChannels, isJsonObject, type JsonObject } from '@signalbox/sdk';

const severities = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

/**
 * The log level of a legacy upstream. It is one for the whole session, so it is set to the most verbose anybody has
 * wanted, and each caller filters (2025-11-25, server/utilities/logging).
 */
export class UpstreamLogLevel {
  readonly #canSet: boolean;
  readonly #set: (level: string) => Promise<unknown>;
  #rank = severities.length;

  constructor(capabilities: JsonObject, set: (level: string) => Promise<unknown>) {
    this.#canSet = isJsonObject(capabilities['logging']);
    this.#set = set;
  }

  /** Makes sure that a call gets what its caller wants to read; an upstream that refuses keeps its own level. */
  async raise(channels: CallChannels | undefined): Promise<void> {
    const wanted = channels?.log && channels.logLevel;
    if (!this.#canSet || !wanted) return;
    const rank = severities.indexOf(wanted);
    if (rank === -1 || rank >= this.#rank) return;
    this.#rank = rank;
    await this.#set(wanted).catch(() => undefined);
  }
}
