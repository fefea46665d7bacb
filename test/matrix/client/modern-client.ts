import type { JsonObject } from '@signalbox/sdk';
import type { SpokenVersion } from '../../../apps/signalbox/src/reference/compatibility.ts';
import { keys, type Message, objectOf, request, textOf } from '../message.ts';
import { Exchange } from './exchange.ts';
import type { Line } from './line.ts';
import type { OpenLine, ScriptedClient } from './scripted-client.ts';

const mostRounds = 4;

/** A client of 2026-07-28: an envelope on every request, rounds for questions, one subscription for changes. */
export class ModernClient implements ScriptedClient {
  readonly spoken: SpokenVersion;
  readonly #exchange: Exchange;
  readonly #line: Line;
  readonly #name: string;
  #lastId = 0;

  private constructor(spoken: SpokenVersion, parts: { exchange: Exchange; line: Line; name: string }) {
    this.spoken = spoken;
    this.#exchange = parts.exchange;
    this.#line = parts.line;
    this.#name = parts.name;
  }

  /** Connects, and listens for changes of every list. */
  static async connect(spoken: SpokenVersion, open: OpenLine, name: string): Promise<ModernClient> {
    const exchange = new Exchange(({ method }) => {
      throw new Error(`a modern client got the request ${textOf(method)}`);
    });
    const line = await open(exchange.take, headersOf);
    const client = new ModernClient(spoken, { exchange, line, name });
    const { supportedVersions } = await client.request('server/discover');
    if (!Array.isArray(supportedVersions) || !supportedVersions.includes(spoken.version))
      throw new Error(`the hub supports ${JSON.stringify(supportedVersions)}`);
    // It is answered when it is over; until then it tells of changes.
    void client
      .#send('subscriptions/listen', { notifications: { toolsListChanged: true } })
      .catch(() => undefined);
    await exchange.moreThan(0, 'notifications/subscriptions/acknowledged');
    return client;
  }

  /** Makes a request, and again with answers as long as it is asked (2026-07-28, basic/patterns/mrtr). */
  readonly request = async (method: string, params: JsonObject = {}): Promise<JsonObject> => {
    let rounds: JsonObject = {};
    for (let round = 0; round < mostRounds; round++) {
      const result = await this.#send(method, { ...params, ...rounds });
      if (result['resultType'] === 'complete') return result;
      if (result['resultType'] !== 'input_required') throw new Error(`no result: ${JSON.stringify(result)}`);
      rounds = this.#answer(result);
    }
    throw new Error(`asked more than ${mostRounds} times`);
  };

  readonly notes = (method: string): JsonObject[] => this.#exchange.notes(method);

  readonly moreThan = (count: number, method: string): Promise<void> =>
    this.#exchange.moreThan(count, method);

  readonly close = (): Promise<void> => this.#line.close();

  #send(method: string, params: JsonObject): Promise<JsonObject> {
    const id = ++this.#lastId;
    const answer = this.#exchange.answerTo(id);
    const _meta = { ...objectOf(params['_meta']), ...envelopeOf(this.spoken) };
    this.#line
      .send(request(id, method, { ...params, _meta }))
      .catch((error: Error) => this.#exchange.fail(id, error));
    return answer;
  }

  #answer({ inputRequests, requestState }: JsonObject): JsonObject {
    const answers = Object.entries(objectOf(inputRequests)).map(([key, question]): [string, JsonObject] => {
      const { method } = objectOf(question);
      if (method !== 'elicitation/create') throw new Error(`asked for ${textOf(method)}`);
      return [key, { action: 'accept', content: { name: this.#name } }];
    });
    const inputResponses = Object.fromEntries(answers);
    return { inputResponses, ...(requestState === undefined ? {} : { requestState }) };
  }
}

function envelopeOf({ version }: SpokenVersion): JsonObject {
  return {
    [keys.version]: version,
    [keys.clientInfo]: { name: 'scripted', version: '1' },
    [keys.capabilities]: { elicitation: { form: {} } },
  };
}

/** The headers that repeat the body (2026-07-28, basic/transports/streamable-http). */
function headersOf(message: Message = {}): { readonly [name: string]: string } {
  const params = objectOf(message['params']);
  const name = params['name'] ?? params['uri'];
  return {
    'mcp-protocol-version': textOf(objectOf(params['_meta'])[keys.version]),
    'mcp-method': textOf(message['method']),
    ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
  };
}
