import { SignalboxError, type UpstreamTransport } from '@signalbox/sdk';

/** Carries whole messages to and from one upstream; what they mean is the business of a {@link MessageWire}. */
export interface MessageChannel {
  readonly transport: UpstreamTransport;
  /** What one message is called here, and where it comes in: `line`, `its standard output`. */
  readonly unit: string;
  readonly place: string;
  /** Begins to pass on what comes; called once. */
  readonly open: (listener: ChannelListener) => void;
  /**
   * Sends one message. `onSent` is told once: nothing when it was handed over, else why it was not: `overloaded`
   * while too much waits to be sent, `session_not_found`, `upstream_*`.
   */
  readonly send: (text: string, onSent: (error?: SignalboxError) => void) => void;
  /** Ends it; nothing is passed on afterwards. Never rejects. */
  readonly close: () => Promise<void>;
}

/** What a channel passes on. */
export interface ChannelListener {
  readonly onText: (text: string) => void;
  /** The channel is of no use any more; said at most once. */
  readonly onEnd: (error: SignalboxError) => void;
}

/** So much may wait for an upstream that does not read; then it is sent nothing more. */
export const mostWaitingBytes = 16_777_216;

/** An upstream that is gone, and why. */
export function gone(name: string, what: string, cause?: unknown): SignalboxError {
  return new SignalboxError(
    'upstream_unavailable',
    `upstream "${name}" is not available: ${what}; see "signalbox server logs ${name}"`,
    cause === undefined ? {} : { cause },
  );
}

/** An upstream that sent a message over its bound. */
export function tooLong(name: string, maxMessageBytes: number, cause: unknown): SignalboxError {
  return new SignalboxError(
    'upstream_invalid_answer',
    `upstream "${name}" sent a message longer than ${maxMessageBytes} bytes; ask it for less, or raise its maxMessageBytes`,
    { cause },
  );
}

/** An upstream that does not read what it is sent. */
export function notReading(name: string, waiting: string): SignalboxError {
  return new SignalboxError(
    'overloaded',
    `upstream "${name}" does not take what it is sent: ${waiting} wait already; try again later`,
  );
}
