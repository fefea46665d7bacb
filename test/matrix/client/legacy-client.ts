import type { JsonObject } from '@signalbox/sdk';
import type { SpokenVersion } from '../../../apps/signalbox/src/reference/compatibility.ts';
import { type Message, notification, request, textOf } from '../message.ts';
import { Exchange } from './exchange.ts';
import type { Line } from './line.ts';
import type { OpenLine, ScriptedClient } from './scripted-client.ts';

/** A client of a version with `initialize`. */
export class LegacyClient implements ScriptedClient {
  readonly spoken: SpokenVersion;
  readonly #exchange: Exchange;
  readonly #line: Line;
  #lastId = 0;

  private constructor(spoken: SpokenVersion, exchange: Exchange, line: Line) {
    this.spoken = spoken;
    this.#exchange = exchange;
    this.#line = line;
  }

  /** Opens a session in exactly this version. */
  static async connect(spoken: SpokenVersion, open: OpenLine, name: string): Promise<LegacyClient> {
    let isOpen = false;
    const exchange = new Exchange((message) => void line.send(answerTo(spoken, message, name)));
    const line = await open(exchange.take, () => (isOpen ? versionHeader(spoken) : {}));
    const client = new LegacyClient(spoken, exchange, line);
    const { protocolVersion } = await client.request('initialize', {
      protocolVersion: spoken.version,
      capabilities: capabilitiesOf(spoken),
      clientInfo: { name: 'scripted', version: '1' },
    });
    if (protocolVersion !== spoken.version)
      throw new Error(`the hub answered ${spoken.version} with ${textOf(protocolVersion)}`);
    isOpen = true;
    await line.send(notification('notifications/initialized'));
    await line.openStream?.();
    return client;
  }

  readonly request = (method: string, params: JsonObject = {}): Promise<JsonObject> => {
    const [answer] = this.#send([{ method, params }]);
    return answer ?? Promise.reject(new Error('nothing was sent'));
  };

  readonly batch = (requests: readonly { method: string; params: JsonObject }[]): Promise<JsonObject[]> =>
    Promise.all(this.#send(requests));

  readonly notes = (method: string): JsonObject[] => this.#exchange.notes(method);

  readonly moreThan = (count: number, method: string): Promise<void> =>
    this.#exchange.moreThan(count, method);

  readonly close = (): Promise<void> => this.#line.close();

  #send(requests: readonly { method: string; params: JsonObject }[]): Promise<JsonObject>[] {
    const messages = requests.map(({ method, params }) => ({ id: ++this.#lastId, method, params }));
    const answers = messages.map(({ id }) => this.#exchange.answerTo(id));
    this.#line
      .send(...messages.map(({ id, method, params }) => request(id, method, params)))
      .catch((error: Error) => messages.forEach(({ id }) => this.#exchange.fail(id, error)));
    return answers;
  }
}

/** Elicitation came with 2025-06-18, its modes with 2025-11-25 (changelogs). */
function capabilitiesOf({ version, hasElicitation }: SpokenVersion): JsonObject {
  if (!hasElicitation) return {};
  return { elicitation: version >= '2025-11-25' ? { form: {} } : {} };
}

function versionHeader({ version }: SpokenVersion): { readonly [name: string]: string } {
  return version >= '2025-06-18' ? { 'mcp-protocol-version': version } : {};
}

function answerTo({ hasElicitation }: SpokenVersion, { id, method }: Message, name: string): Message {
  const head = { jsonrpc: '2.0', id: id ?? null };
  if (method === 'ping') return { ...head, result: {} };
  if (method === 'elicitation/create' && hasElicitation)
    return { ...head, result: { action: 'accept', content: { name } } };
  return { ...head, error: { code: -32601, message: `this client does not know ${textOf(method)}` } };
}
