import { type Clock, SignalboxError } from '@signalbox/sdk';
import { WebSocket } from 'ws';
import {
  type ChannelListener,
  gone,
  type MessageChannel,
  mostWaitingBytes,
  notReading,
  tooLong,
} from './message-channel.ts';
import { describeClose } from './websocket-close.ts';

const pingMs = 15_000;
const closeMs = 1_000;

/** What a channel over a WebSocket is made of. */
export interface WebSocketChannelParts {
  readonly name: string;
  /** May still be on its way to being open; nothing is sent before. */
  readonly socket: WebSocket;
  readonly clock: Clock;
  readonly maxMessageBytes: number;
  /** Ends what else belongs to the connection. */
  readonly onClosed: () => Promise<void>;
}

/** One JSON-RPC message a text frame. A ping every 15 s finds out a peer that has gone without a word. */
export class WebSocketChannel implements MessageChannel {
  readonly transport = 'websocket';
  readonly unit = 'message';
  readonly place = 'its WebSocket';
  readonly #parts: WebSocketChannelParts;
  #listener: ChannelListener | undefined;
  #fault: SignalboxError | undefined;
  #hasSpoken = true;
  #cancelPing: () => void = () => undefined;

  constructor(parts: WebSocketChannelParts) {
    this.#parts = parts;
  }

  open = (listener: ChannelListener): void => {
    const { socket } = this.#parts;
    this.#listener = listener;
    socket.on('message', (data, isBinary) => this.#take(data, isBinary));
    socket.on('pong', this.#onSign);
    socket.on('ping', this.#onSign);
    socket.on('error', (error) => this.#onError(error));
    socket.on('close', (code, reason) => this.#onClose(code, reason.toString('utf8')));
    socket.on('open', () => this.#keepAlive());
  };

  send = (text: string, onSent: (error?: SignalboxError) => void): void => {
    const { name, socket } = this.#parts;
    const waiting = socket.bufferedAmount;
    if (waiting > mostWaitingBytes) return onSent(notReading(name, `${waiting} bytes`));
    socket.send(text, (error) => onSent(error ? gone(name, 'its WebSocket is closed', error) : undefined));
  };

  close = async (): Promise<void> => {
    const { socket, clock, onClosed } = this.#parts;
    this.#listener = undefined;
    this.#cancelPing();
    if (socket.readyState !== WebSocket.CLOSED) {
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      const cancel = clock.after(closeMs, () => socket.terminate());
      socket.close(1000);
      await closed;
      cancel();
    }
    await onClosed();
  };

  readonly #onSign = (): void => {
    this.#hasSpoken = true;
  };

  #keepAlive(): void {
    this.#cancelPing = this.#parts.clock.after(pingMs, () => {
      const { name, socket } = this.#parts;
      if (!this.#hasSpoken) {
        this.#fault = gone(name, `it did not answer a ping within ${pingMs} ms`);
        return socket.terminate();
      }
      this.#hasSpoken = false;
      if (socket.readyState === WebSocket.OPEN) socket.ping();
      this.#keepAlive();
    });
  }

  #take(data: WebSocket.RawData, isBinary: boolean): void {
    this.#hasSpoken = true;
    if (!isBinary) return this.#listener?.onText(textOf(data));
    this.#fault = this.#invalid('a binary frame; messages are text (subprotocol "mcp")');
    this.#parts.socket.close(1003, 'messages are text');
  }

  #onError(error: Error & { code?: string }): void {
    const { name, maxMessageBytes } = this.#parts;
    if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
      this.#fault = tooLong(name, maxMessageBytes, error);
    else if (error.code?.startsWith('WS_ERR')) this.#fault = this.#invalid(`a broken frame (${error.code})`);
  }

  #onClose(code: number, reason: string): void {
    const listener = this.#listener;
    this.#listener = undefined;
    this.#cancelPing();
    listener?.onEnd(this.#fault ?? gone(this.#parts.name, describeClose(code, reason)));
  }

  #invalid(what: string): SignalboxError {
    const { name } = this.#parts;
    return new SignalboxError(
      'upstream_invalid_answer',
      `upstream "${name}" is at fault: it sent ${what}; report it to its author`,
    );
  }
}

const decoder = new TextDecoder();

/** The text of a frame, in whatever pieces it was given. */
function textOf(data: WebSocket.RawData): string {
  return decoder.decode(Array.isArray(data) ? Buffer.concat(data) : data);
}
