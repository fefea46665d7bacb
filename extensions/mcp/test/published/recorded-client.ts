import { type SchemaVersion, validateMessage } from '@signalbox/protocol/schemas';
import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import type { FakeClock } from '@signalbox/testkit';

/** A way to the hub that keeps what comes. */
export interface RecordedLine {
  readonly send: (message: JsonObject) => void;
  readonly received: () => readonly JsonObject[];
}

const answers: { readonly [method: string]: JsonObject } = {
  'elicitation/create': { action: 'accept', content: { field: 'r' } },
  'sampling/createMessage': { role: 'assistant', model: 'm', content: { type: 'text', text: 'Hello' } },
  'roots/list': { roots: [{ uri: 'file:///work' }] },
};

/** The answer of a client to anything it is asked. */
export function answerTo(question: JsonObject): JsonObject {
  return answers[question['method'] as string] ?? {};
}

/** A client that answers whatever it is asked, and holds everything it is sent against its version's schema. */
export class RecordedClient {
  readonly #version: SchemaVersion;
  readonly #line: RecordedLine;
  readonly #clock: FakeClock;
  readonly #asked = new Map<unknown, JsonObject>();
  #answered = 0;
  #lastId = 0;

  constructor(version: SchemaVersion, line: RecordedLine, clock: FakeClock) {
    this.#version = version;
    this.#line = line;
    this.#clock = clock;
  }

  /** Sends a request without waiting; gives its id. */
  begin(method: string, params: JsonObject = {}): number {
    const id = ++this.#lastId;
    const message = { jsonrpc: '2.0', id, method, params };
    this.#asked.set(id, message);
    this.#line.send(message);
    return id;
  }

  /** Sends a request and gives the whole answer; questions on the way are answered. */
  async request(method: string, params: JsonObject = {}): Promise<JsonObject> {
    const id = this.begin(method, params);
    return this.until((message) => message['id'] === id && !('method' in message));
  }

  notify(method: string, params: JsonObject = {}): void {
    this.#line.send({ jsonrpc: '2.0', method, params });
  }

  /** Waits for a message, turn by turn of the event loop; the hub's clock goes on meanwhile. */
  async until(isWanted: (message: JsonObject) => boolean, isAnswering = true): Promise<JsonObject> {
    for (;;) {
      const found = this.#line.received().find(isWanted);
      if (found) return found;
      if (isAnswering) this.#answer();
      await new Promise<void>((resolve) => setImmediate(resolve));
      this.#clock.advance(1);
    }
  }

  /** Everything that came. */
  received(): readonly JsonObject[] {
    return this.#line.received();
  }

  /** What the schema finds wrong with anything that came. */
  problems(): readonly string[] {
    return this.#line.received().flatMap((message) => {
      const answers = this.#asked.get(message['id']);
      const wrong = validateMessage({ version: this.#version, from: 'server', message, answers });
      return wrong
        .filter((each) => !isNameless(message, each))
        .map((each) => `${each} in ${JSON.stringify(message)}`);
    });
  }

  /** What came, in few words and each once: methods, answered methods with the type of their result, error codes. */
  kinds(): readonly string[] {
    const kinds = this.#line.received().map((message) => this.#kindOf(message));
    return [...new Set(kinds)].sort();
  }

  #kindOf({ id, method, error, result }: JsonObject): string {
    if (typeof method === 'string') return method;
    if (isJsonObject(error)) return `error ${JSON.stringify(error['code'])}`;
    const asked = this.#asked.get(id)?.['method'];
    const type = isJsonObject(result) ? result['resultType'] : undefined;
    return `${asked as string}: ${typeof type === 'string' ? type : 'result'}`;
  }

  #answer(): void {
    const received = this.#line.received();
    for (; this.#answered < received.length; this.#answered++) {
      const message = received[this.#answered] ?? {};
      if (!('method' in message) || !('id' in message)) continue;
      this.#line.send({ jsonrpc: '2.0', id: message['id'] ?? null, result: answerTo(message) });
    }
  }
}

/** Before 2025-11-25 the schema knows no answer to what cannot be read: there is no id to name, and JSON-RPC wants one. */
function isNameless(message: JsonObject, problem: string): boolean {
  return (
    'error' in message &&
    !('id' in message) &&
    problem.startsWith("JSONRPCError: must have required property 'id'")
  );
}
