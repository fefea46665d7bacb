import {
  type CallResult,
  defineExtension,
  type Extension,
  type Invocation,
  SignalboxError,
} from '@signalbox/sdk';
import { z } from 'zod';

/** What became of one call, or of one look after its task. */
export type Answer = () => CallResult | Promise<CallResult>;

/** An upstream `a` whose tool `t` makes a task of each call. */
export interface TaskUpstream {
  readonly extension: Extension;
  /** `call` for each call, `look` for each time a task is gone on with. */
  readonly heard: readonly string[];
  /** Resolves when that many were heard. */
  readonly untilHeard: (count: number) => Promise<void>;
}

/** What it says in the end. */
export const done = (text: string): CallResult => ({
  kind: 'data',
  value: { content: [{ type: 'text', text }] },
});

/** It is away. */
export const away: Answer = () => {
  throw new SignalboxError('upstream_unavailable', 'upstream "a" is away');
};

/** It does not know the task. */
export const forgotten: Answer = () => {
  throw new SignalboxError('not_found', 'upstream "a" does not know the task any more');
};

/** What the task itself has failed with. */
export const refused: Answer = () => {
  const rpc = { code: -32603, message: 'no room is free' };
  throw new SignalboxError('upstream_refused', rpc.message, { details: { rpc } });
};

/** It works until it is given up. */
export const hanging: Answer = () => new Promise(() => undefined);

/** Makes one that answers in turn, the last for ever. */
export function taskUpstream(...answers: readonly Answer[]): TaskUpstream {
  const heard: string[] = [];
  const waiting = new Set<() => void>();
  const invoke = async ({ request, originalName }: Invocation): Promise<CallResult> => {
    const answer = answers[Math.min(heard.length, answers.length - 1)] ?? away;
    heard.push(request.resume ? 'look' : 'call');
    if (!request.resume)
      request.channels?.task?.({
        identity: { source: 'a', originalName },
        handle: { taskId: `t${heard.length}` },
      });
    for (const check of waiting) check();
    return answer();
  };
  const extension = defineExtension({
    name: 'upstream',
    config: z.strictObject({}),
    setup: ({ sources }) => {
      const source = sources.open({ id: 'a', kind: 'upstream', minLevel: 'public', invoke });
      const definition = { name: 't', inputSchema: { type: 'object' } };
      source.publish([{ kind: 'tool', name: 't', definition }]);
      source.setState({ status: 'available' });
    },
  });
  return {
    extension,
    heard,
    untilHeard: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (heard.length < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}
