import {
  type CallResult,
  defineExtension,
  type Extension,
  type ExtensionContext,
  type Invocation,
  type JsonObject,
  type SourceEntry,
  type SourceHandle,
  type SourceSpec,
} from '@signalbox/sdk';
import { z } from 'zod';

/** An extension that lends its context to a test, and a source whose calls the test answers. */
export interface Workshop {
  readonly extension: Extension;
  readonly context: () => ExtensionContext<object>;
  /** Opens an available upstream. */
  readonly open: (
    id: string,
    entries: readonly SourceEntry[],
    invoke: SourceSpec['invoke'],
    more?: Partial<SourceSpec>,
  ) => SourceHandle;
  /** Resolves with the call of this number, counted from one, as soon as it has come to a held tool. */
  readonly call: (number: number) => Promise<HeldCall>;
  /** How many calls have come to held tools. */
  readonly callCount: () => number;
  /** Holds a call until the test answers it. */
  readonly hold: (invocation: Invocation) => Promise<CallResult>;
}

/** A call that waits for its answer. */
interface HeldCall {
  readonly invocation: Invocation;
  readonly answer: (result?: CallResult) => void;
  readonly fail: (error: Error) => void;
}

/** Makes a workshop; its context is there once the hub runs. */
export function makeWorkshop(): Workshop {
  let context: ExtensionContext<object> | undefined;
  const calls: HeldCall[] = [];
  const waiting: { number: number; resolve: (call: HeldCall) => void }[] = [];
  const given = (): ExtensionContext<object> => {
    if (!context) throw new Error('the hub does not run yet');
    return context;
  };
  return {
    extension: defineExtension({
      name: 'workshop',
      config: z.strictObject({}),
      setup: (each) => void (context = each),
    }),
    context: given,
    open: (id, entries, invoke, more = {}) => {
      const handle = given().sources.open({ id, kind: 'upstream', minLevel: 'public', invoke, ...more });
      handle.publish(entries);
      handle.setState({ status: 'available' });
      return handle;
    },
    callCount: () => calls.length,
    call: (number) =>
      new Promise((resolve) => {
        const call = calls[number - 1];
        if (call) resolve(call);
        else waiting.push({ number, resolve });
      }),
    hold: (invocation) =>
      new Promise((resolve, reject) => {
        const call: HeldCall = {
          invocation,
          answer: (result = text('done')) => resolve(result),
          fail: reject,
        };
        invocation.signal.addEventListener('abort', () => reject(invocation.signal.reason as Error), {
          once: true,
        });
        const number = calls.push(call);
        for (const each of waiting) if (each.number === number) each.resolve(call);
      }),
  };
}

/** Tools by name, without schemas. */
export function tools(...names: readonly string[]): SourceEntry[] {
  return names.map((name) => ({ kind: 'tool', name, definition: { name, inputSchema: { type: 'object' } } }));
}

/** A result of one text. */
export function text(value: string): CallResult {
  return { kind: 'data', value: { content: [{ type: 'text', text: value }] } };
}

/** A result of any members. */
export function data(value: JsonObject, isError = false): CallResult {
  return { kind: 'data', value, isError };
}
