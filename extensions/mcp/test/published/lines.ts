import type { JsonObject } from '@signalbox/sdk';
import type { HttpAnswer } from '../support/http-answer.ts';
import type { LegacySession } from '../support/legacy.ts';
import { connectLines } from '../support/lines.ts';
import { modernHeaders } from '../support/modern.ts';
import type { McpHub } from '../support/start-mcp-hub.ts';
import type { RecordedLine } from './recorded-client.ts';

/** Standard streams. */
export function overLines(hub: McpHub): RecordedLine {
  const { send, received } = connectLines(hub);
  return { send, received };
}

/** Streamable HTTP of the modern era: each message a POST with the headers that repeat it. */
export function overModernHttp(hub: McpHub): RecordedLine {
  const received: JsonObject[] = [];
  const send = (message: JsonObject): void => {
    const params = message['params'] as JsonObject;
    const name = params['taskId'] ?? params['name'] ?? params['uri'];
    const headers = modernHeaders(message['method'] as string, typeof name === 'string' ? name : undefined);
    void hub.post(message, headers).then((answer) => collect(answer, received));
  };
  return { send, received: () => received };
}

/** Streamable HTTP of the legacy era, with the stream for what belongs to no request. */
export async function overSession(session: LegacySession): Promise<RecordedLine> {
  const received: JsonObject[] = [];
  void collect(await session.get(), received);
  return {
    send: (message) => void session.post(message).then((answer) => collect(answer, received)),
    received: () => received,
  };
}

async function collect(answer: HttpAnswer, received: JsonObject[]): Promise<void> {
  if (!answer.isStream) {
    const body = await answer.whole();
    if (body !== '') received.push(JSON.parse(body) as JsonObject);
    return;
  }
  for (let taken = 0; ; ) {
    const messages = await answer.messages(taken + 1);
    if (messages.length === taken) return;
    received.push(...messages.slice(taken));
    taken = messages.length;
  }
}
