import { LineSplitter } from '@signalbox/protocol';
import type { SignalboxError } from '@signalbox/sdk';
import type { RunningProcess } from '../process/running-process.ts';
import {
  type ChannelListener,
  gone,
  type MessageChannel,
  mostWaitingBytes,
  notReading,
  tooLong,
} from './message-channel.ts';

const drainMs = 100;

/** What a channel over standard streams is made of. */
export interface StdioChannelParts {
  readonly name: string;
  readonly process: RunningProcess;
  readonly maxMessageBytes: number;
}

/** Lines of JSON over a child's standard streams; what is sent in one turn of the event loop goes out together. */
export class StdioChannel implements MessageChannel {
  readonly transport = 'stdio';
  readonly unit = 'line';
  readonly place = 'its standard output';
  readonly #parts: StdioChannelParts;
  readonly #lines: LineSplitter;
  #listener: ChannelListener | undefined;
  #outbox = '';

  constructor(parts: StdioChannelParts) {
    this.#parts = parts;
    this.#lines = new LineSplitter(parts.maxMessageBytes);
  }

  open = (listener: ChannelListener): void => {
    this.#listener = listener;
    const { stdout, exited } = this.#parts.process;
    stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    stdout.on('end', () => void this.#onOutputEnd());
    void exited.then((reason) => this.#end(this.#gone(`its process ${reason}`)));
  };

  send = (text: string, onSent: (error?: SignalboxError) => void): void => {
    const waiting = this.#outbox.length + this.#parts.process.stdin.writableLength;
    if (waiting > mostWaitingBytes) return onSent(notReading(this.#parts.name, `${waiting} bytes`));
    if (this.#outbox === '') setImmediate(this.#flush);
    this.#outbox += `${text}\n`;
    onSent();
  };

  close = async (): Promise<void> => {
    this.#listener = undefined;
    await this.#parts.process.stop();
  };

  readonly #flush = (): void => {
    const text = this.#outbox;
    this.#outbox = '';
    if (this.#listener && this.#parts.process.stdin.writable) this.#parts.process.stdin.write(text);
  };

  #read(chunk: Buffer): void {
    const { name, maxMessageBytes } = this.#parts;
    if (!this.#listener) return;
    try {
      for (const line of this.#lines.push(chunk)) this.#listener?.onText(line);
    } catch (error) {
      this.#end(tooLong(name, maxMessageBytes, error));
    }
  }

  async #onOutputEnd(): Promise<void> {
    // When the process has ended, too, how it ended says more.
    const reason = await Promise.race([this.#parts.process.exited, pause()]);
    this.#end(this.#gone(reason === undefined ? 'it closed its standard output' : `its process ${reason}`));
  }

  #end(error: SignalboxError): void {
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.onEnd(error);
  }

  #gone(what: string): SignalboxError {
    return gone(this.#parts.name, what);
  }
}

function pause(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), drainMs));
}
