import type { SseEvent } from '@signalbox/protocol';
import { SignalboxError } from '@signalbox/sdk';
import { abortError } from './abort-error.ts';
import type { HttpEndpoint } from './http-endpoint.ts';
import { statusError, transportError } from './http-errors.ts';
import type { HttpExchange, HttpHead, HttpResponse } from './http-exchange.ts';
import { type ChannelListener, gone, type MessageChannel, notReading } from './message-channel.ts';

const mostPosts = 1_000;

/**
 * HTTP+SSE (2024-11-05, basic/transports): a GET opens a stream whose first event names the address for POSTs; answers
 * come on the stream.
 */
export class SseChannel implements MessageChannel {
  readonly transport = 'sse';
  readonly unit = 'event';
  readonly place = 'its event stream';
  readonly #name: string;
  readonly #endpoint: HttpEndpoint;
  readonly #address = Promise.withResolvers<string>();
  readonly #posts = new Set<HttpExchange>();
  #isFound = false;
  #path: string | undefined;
  #stream: HttpExchange | undefined;
  #listener: ChannelListener | undefined;

  constructor(name: string, endpoint: HttpEndpoint) {
    this.#name = name;
    this.#endpoint = endpoint;
    this.#address.promise.catch(() => undefined);
  }

  /** True when the upstream answered with an event stream. */
  get isFound(): boolean {
    return this.#isFound;
  }

  open = (listener: ChannelListener): void => {
    this.#listener = listener;
  };

  /** Opens the stream; resolves when it has named the address for POSTs. Errors: `upstream_*`, and the signal's reason. */
  async connect(signal: AbortSignal): Promise<void> {
    const stream = this.#endpoint.send({
      method: 'GET',
      headers: { ...this.#endpoint.headers, accept: 'text/event-stream' },
      onHead: (head) => this.#onHead(head),
      onEvent: (event) => this.#onEvent(event),
      isLongLived: true,
    });
    this.#stream = stream;
    stream.done.then(
      (response) => this.#onStreamEnd(response),
      (error: unknown) => this.#end(transportError(this.#name, error)),
    );
    const stop = (): void => this.#address.reject(abortError(signal));
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#address.promise;
    } catch (error) {
      stream.abort();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  send = (text: string, onSent: (error?: SignalboxError) => void): void => {
    if (this.#path === undefined) return onSent(gone(this.#name, 'its event stream is not open'));
    if (this.#posts.size >= mostPosts) return onSent(notReading(this.#name, `${mostPosts} messages`));
    const headers = { ...this.#endpoint.headers, 'content-type': 'application/json' };
    const post = this.#endpoint.send({ method: 'POST', path: this.#path, headers, body: text });
    this.#posts.add(post);
    void post.done
      .then(
        (response) => (response.status < 300 ? undefined : statusError(this.#name, response, true)),
        (error: unknown) => transportError(this.#name, error),
      )
      .then((error) => {
        this.#posts.delete(post);
        onSent(error);
      });
  };

  close = async (): Promise<void> => {
    this.#listener = undefined;
    this.#stream?.abort();
    for (const post of this.#posts) post.abort();
    await this.#endpoint.close(0);
  };

  #onHead(head: HttpHead): void {
    this.#isFound = head.status === 200 && head.isEventStream;
    if (head.status !== 200 || head.isEventStream) return;
    this.#end(this.#invalid('it answered a GET with no event stream'));
  }

  #onEvent({ event, data }: SseEvent): void {
    if (event === 'endpoint') return this.#onEndpoint(data);
    // A stream may carry events of other kinds, as comments in their own right.
    if (event === 'message' && data !== '') this.#listener?.onText(data);
  }

  #onEndpoint(data: string): void {
    if (this.#path !== undefined) return;
    const { origin } = new URL(this.#endpoint.url);
    const target = URL.parse(data, this.#endpoint.url);
    // Whoever may write the stream must not be able to send the hub, and its credentials, elsewhere.
    if (target?.origin !== origin) {
      const error = this.#invalid(
        `its endpoint event names ${JSON.stringify(data.slice(0, 200))}, which is not at ${origin}`,
      );
      this.#end(error);
      return this.#stream?.abort();
    }
    this.#path = `${target.pathname}${target.search}`;
    this.#address.resolve(this.#path);
  }

  #onStreamEnd(response: HttpResponse): void {
    if (response.status !== 200) return this.#end(statusError(this.#name, response, false));
    if (this.#path === undefined)
      return this.#end(this.#invalid('its event stream ended before it named an endpoint'));
    this.#end(gone(this.#name, 'it closed its event stream'));
  }

  #end(error: SignalboxError): void {
    const listener = this.#listener;
    this.#listener = undefined;
    this.#address.reject(error);
    listener?.onEnd(error);
  }

  #invalid(what: string): SignalboxError {
    return new SignalboxError(
      'upstream_invalid_answer',
      `upstream "${this.#name}" is at fault: ${what}; report it to its author`,
    );
  }
}
