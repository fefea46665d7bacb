import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { JsonObject } from '@signalbox/sdk';

/** What is sent. */
export interface Sending {
  readonly method?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Buffer;
}

/** An answer over HTTP that may still be coming. */
export class HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly #response: IncomingMessage;
  #text = '';
  #isOver = false;
  #onChange: (() => void)[] = [];

  constructor(response: IncomingMessage) {
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    this.#response = response;
    const decoder = new TextDecoder();
    const over = (): void => {
      this.#isOver = true;
      this.#changed();
    };
    response.on('data', (chunk: Buffer) => {
      this.#text += decoder.decode(chunk, { stream: true });
      this.#changed();
    });
    response.on('end', over);
    response.on('error', over);
    response.on('close', over);
  }

  /** True when it is an event stream. */
  get isStream(): boolean {
    return this.headers['content-type'] === 'text/event-stream';
  }

  /** What has come so far, as soon as it fits. */
  async text(pattern: RegExp): Promise<string> {
    await this.#until(() => pattern.test(this.#text) || this.#isOver);
    return this.#text;
  }

  /** The whole text, at its end. */
  async whole(): Promise<string> {
    await this.#until(() => this.#isOver);
    return this.#text;
  }

  /** The whole body as JSON. */
  async json(): Promise<JsonObject> {
    return JSON.parse(await this.whole()) as JsonObject;
  }

  /** The first events, at least so many. */
  async events(count: number): Promise<SentEvent[]> {
    await this.#until(() => this.#read().length >= count || this.#isOver);
    return this.#read();
  }

  /** Every event, when the stream has ended. */
  async allEvents(): Promise<SentEvent[]> {
    await this.whole();
    return this.#read();
  }

  /** The messages of the first events. */
  async messages(count: number): Promise<JsonObject[]> {
    return (await this.events(count)).map(({ message }) => message);
  }

  /** Resolves when so many keep-alive comments have come. */
  async comments(count: number): Promise<void> {
    await this.#until(() => this.#text.split('\n').filter((line) => line.startsWith(':')).length >= count);
  }

  /** Goes away without a word. */
  leave(): void {
    this.#response.destroy();
  }

  #read(): SentEvent[] {
    return this.#text
      .split('\n\n')
      .slice(0, -1)
      .flatMap((block) => {
        const lines = block.split('\n');
        const data = lines.find((line) => line.startsWith('data: '));
        const id = lines.find((line) => line.startsWith('id: '))?.slice(4);
        if (data === undefined) return [];
        return [{ id, message: JSON.parse(data.slice(6)) as JsonObject }];
      });
  }

  #changed(): void {
    for (const check of this.#onChange) check();
  }

  #until(isMet: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!isMet()) return;
        this.#onChange = this.#onChange.filter((each) => each !== check);
        resolve();
      };
      this.#onChange.push(check);
      check();
    });
  }
}

/** One server-sent event. */
export interface SentEvent {
  readonly id: string | undefined;
  readonly message: JsonObject;
}

/** Sends one request on a connection of its own; resolves when the answer begins. */
export function send(url: string, { method = 'GET', headers = {}, body }: Sending = {}): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (response) =>
      resolve(new HttpAnswer(response)),
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
