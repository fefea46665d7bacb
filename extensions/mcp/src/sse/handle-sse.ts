import { parseJsonText } from '@signalbox/protocol';
import { SignalboxError } from '@signalbox/sdk';
import type { McpExchange } from '../http/handle-mcp.ts';
import { readBody } from '../http/read-body.ts';
import { acceptsStream, sendRefusal } from '../http/send.ts';
import type { SseSessions } from './sse-sessions.ts';

/** What HTTP+SSE works with. */
export interface SseParts {
  readonly sse: SseSessions;
  readonly settings: { readonly maxBodyBytes: number };
}

/** Opens the event stream of HTTP+SSE (2024-11-05, basic/transports); `path` is where messages are posted. */
export function openSse(
  { sse }: SseParts,
  { request, response, view, context }: McpExchange,
  path: string,
): void {
  answered(response, () => {
    // A client that tries a newer transport here first must learn from the status that this is the older one.
    if (request.method !== 'GET') throw notAllowed(request.method, 'GET');
    if (!acceptsStream(request.headers.accept))
      throw new SignalboxError('not_acceptable', 'this is an event stream; send "accept: text/event-stream"');
    sse.open({ view, principal: context.principal, interface: context.interface }, response, path);
  });
}

/** Takes a message for the session its address names; the answer comes on the session's stream. */
export function postSse(
  { sse, settings }: SseParts,
  { request, response, view, context }: McpExchange,
): void {
  answered(response, () => {
    if (request.method !== 'POST') throw notAllowed(request.method, 'POST');
    const id = new URL(request.url ?? '/', 'http://localhost').searchParams.get('sessionId');
    const session = sse.find(id, context.principal, view);
    readBody(
      request,
      settings.maxBodyBytes,
      (text) =>
        answered(response, () => {
          session.take(parseJsonText(text));
          response.writeHead(202, { 'content-type': 'text/plain' }).end('Accepted');
        }),
      (error) => sendRefusal(response, error, 'legacy'),
    );
  });
}

function answered(response: McpExchange['response'], action: () => void): void {
  try {
    action();
  } catch (error) {
    sendRefusal(response, error, 'legacy');
  }
}

function notAllowed(method: string | undefined, allow: string): SignalboxError {
  const text = `${method ?? 'this method'} has no use here; use ${allow}, or the /mcp path for Streamable HTTP`;
  return new SignalboxError('method_not_allowed', text, { details: { allow } });
}
