import { SignalboxError } from '@signalbox/sdk';
import { WebSocket } from 'ws';
import type { Connection } from '../peer/connection.ts';
import { abortError } from '../wire/abort-error.ts';
import { HttpEndpoint } from '../wire/http-endpoint.ts';
import { statusError, transportError } from '../wire/http-errors.ts';
import { MessageWire } from '../wire/message-wire.ts';
import { WebSocketChannel } from '../wire/websocket-channel.ts';
import type { Known, McpContext } from './connect-context.ts';
import { connectMessages, type WireOpener } from './connect-messages.ts';
import { type Dialled, dialSigned, type HandshakeRefusal } from './dial-signed.ts';
import { runHttpProcess } from './run-http-process.ts';

const subprotocol = 'mcp';

/** Reaches an upstream over a WebSocket with the subprotocol `mcp` and opens it in its era. */
export function connectWebSocket(
  context: McpContext,
  known: Known,
  signal: AbortSignal,
): Promise<Connection> {
  return connectMessages(context, known, signal, { open: openWebSocket, again: 'connected' });
}

const openWebSocket: WireOpener['open'] = async (context, onLost, signal) => {
  const { name, definition, clock, events, signer } = context;
  if (!('url' in definition)) throw new SignalboxError('internal', `upstream "${name}" has no url`);
  const { url, headers, maxMessageBytes } = definition;
  const running = await runProcess(context, onLost, signal);
  const dial = (signature: { readonly [name: string]: string }): Dialled => {
    const socket = new WebSocket(url, subprotocol, {
      headers: { ...headers, ...signature },
      maxPayload: maxMessageBytes,
      perMessageDeflate: false,
      followRedirects: false,
    });
    let isGivenUp = false;
    const onClosed = async (): Promise<void> => (isGivenUp ? undefined : running?.stop());
    const channel = new WebSocketChannel({ name, socket, clock, maxMessageBytes, onClosed });
    const tellLoss = (error: SignalboxError): void => (isGivenUp ? undefined : onLost(error));
    const wire = new MessageWire({ name, channel, onLost: tellLoss, note: events.note });
    const giveUp = (): void => {
      isGivenUp = true;
    };
    return { wire, giveUp, answered: untilOpen(name, socket, signal) };
  };
  // The handshake is an HTTP request, and signed as one.
  const request = { method: 'GET', url: url.replace(/^ws/i, 'http') };
  try {
    return { wire: await dialSigned(dial, { signer, request }), pid: running?.pid };
  } catch (error) {
    await running?.stop();
    throw error;
  }
};

/** Starts the process that serves the upstream, where there is one, and waits until it answers over HTTP. */
async function runProcess(context: McpContext, onEnd: (error: SignalboxError) => void, signal: AbortSignal) {
  const { definition } = context;
  if (!('url' in definition) || !definition.run) return undefined;
  const endpoint = new HttpEndpoint({ ...definition, url: definition.url.replace(/^ws/i, 'http') });
  const running = await runHttpProcess(context, endpoint, { onEnd, signal });
  await endpoint.close(0);
  return running;
}

/** Resolves when the socket is open, or with what was answered instead. */
function untilOpen(
  name: string,
  socket: WebSocket,
  signal: AbortSignal,
): Promise<HandshakeRefusal | undefined> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(abortError(signal));
    signal.addEventListener('abort', stop, { once: true });
    const end = (): void => signal.removeEventListener('abort', stop);
    socket.once('open', () => {
      end();
      resolve(undefined);
    });
    socket.once('unexpected-response', (_request, { statusCode: status = 0, headers }) => {
      end();
      const error = statusError(
        name,
        { status, headers, isEventStream: false, body: Buffer.alloc(0) },
        false,
      );
      resolve({ answer: { status, headers }, error });
    });
    socket.once('error', (error) => {
      end();
      reject(handshakeError(name, error));
    });
  });
}

function handshakeError(name: string, error: Error): SignalboxError {
  // The library tells these only by their text.
  if (!/subprotocol|sec-websocket|upgrade header/i.test(error.message)) return transportError(name, error);
  const text = `upstream "${name}" does not speak the WebSocket subprotocol "${subprotocol}" (${error.message}); check that its url is an MCP endpoint`;
  return new SignalboxError('upstream_invalid_answer', text, { cause: error });
}
