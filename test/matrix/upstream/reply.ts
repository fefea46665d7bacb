import type { ServerResponse } from 'node:http';
import { type Message, toText } from '../message.ts';

/** The answer to a POST: JSON where the result comes first, an event stream where something comes before it. */
export class Reply {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  readonly send = (...messages: readonly Message[]): void => {
    const isAnswer = messages.length === 1 && !('method' in (messages[0] ?? {}));
    if (isAnswer && !this.#response.headersSent) {
      this.#response.writeHead(statusOf(messages[0]), { 'content-type': 'application/json' });
      this.#response.end(toText(messages));
      return;
    }
    if (!this.#response.headersSent) this.#response.writeHead(200, { 'content-type': 'text/event-stream' });
    this.#response.write(`data: ${toText(messages)}\n\n`);
    if (isAnswer || messages.length > 1) this.#response.end();
  };
}

/** Refusals of the modern era have a status of their own (2026-07-28, basic/transports/streamable-http). */
function statusOf(message: Message | undefined): number {
  const code = (message?.['error'] as { code?: number } | undefined)?.code ?? 0;
  return code <= -32020 && code >= -32022 ? 400 : 200;
}
