import {
  type CallResult,
  type Extension,
  type ExtensionContext,
  type Invocation,
  type JsonObject,
  SignalboxError,
  type SourceEntry,
  type SourceHandle,
  type SourceSpec,
} from '@signalbox/sdk';
import { makeExtension } from './extensions.ts';

/** An extension that lends its context to a test. */
export interface Probe {
  readonly extension: Extension;
  readonly context: () => ExtensionContext<object>;
  /** Opens an available upstream that answers with `invoke`. */
  readonly open: (
    id: string,
    entries: readonly SourceEntry[],
    invoke: SourceSpec['invoke'],
    more?: Partial<SourceSpec>,
  ) => SourceHandle;
}

/** Makes a probe; its context is there once the hub runs. */
export function makeProbe(name = 'probe'): Probe {
  let context: ExtensionContext<object> | undefined;
  const given = (): ExtensionContext<object> => {
    if (!context) throw new SignalboxError('extension_failed', 'the hub does not run yet');
    return context;
  };
  return {
    extension: makeExtension(name, (each) => void (context = each)),
    context: given,
    open: (id, entries, invoke, more = {}) => {
      const handle = given().sources.open({ id, kind: 'upstream', minLevel: 'public', invoke, ...more });
      handle.publish(entries);
      handle.setState({ status: 'available' });
      return handle;
    },
  };
}

/** A tool with a schema for its arguments, and for its answer where given. */
export function toolWith(name: string, inputSchema: JsonObject, outputSchema?: JsonObject): SourceEntry {
  return {
    kind: 'tool',
    name,
    definition: { name, inputSchema, ...(outputSchema ? { outputSchema } : {}) },
  };
}

/** A result of one text. */
export function text(value: string): CallResult {
  return { kind: 'data', value: { content: [{ type: 'text', text: value }] } };
}

/** A source that holds each call until the test answers it. */
export interface HeldCalls {
  readonly invoke: (invocation: Invocation) => Promise<CallResult>;
  /** The calls inside now, oldest first. */
  readonly inside: readonly HeldCall[];
  /** Resolves when so many calls have come in altogether. */
  readonly came: (count: number) => Promise<void>;
}

/** One call that waits for its answer. */
interface HeldCall {
  readonly invocation: Invocation;
  readonly answer: (result?: CallResult) => void;
  readonly fail: (error: unknown) => void;
}

/** Makes a source that holds its calls; one that heeds its signal ends when it aborts. */
export function holdCalls({ heedsSignal = true } = {}): HeldCalls {
  const inside: HeldCall[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  let total = 0;
  return {
    inside,
    invoke: (invocation) =>
      new Promise((resolve, reject) => {
        const leave = (): void => void inside.splice(inside.indexOf(held), 1);
        const held: HeldCall = {
          invocation,
          answer: (result = text('done')) => (leave(), resolve(result)),
          fail: (error) => (leave(), reject(error)),
        };
        inside.push(held);
        if (heedsSignal)
          invocation.signal.addEventListener('abort', () => held.fail(invocation.signal.reason), {
            once: true,
          });
        total++;
        for (const each of waiting) if (total >= each.count) each.resolve();
      }),
    came: (count) =>
      new Promise((resolve) => {
        if (total >= count) resolve();
        else waiting.push({ count, resolve });
      }),
  };
}
