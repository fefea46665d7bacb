import {
  defineExtension,
  type Invocation,
  isEnded,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type OrderChild,
  type RunStatus,
  runChanged,
  SignalboxError,
} from '@signalbox/sdk';
import { z } from 'zod';
import {
  answerOf,
  type Call,
  callOfTask,
  type World,
} from '../../../../packages/pipeline/test/support/world.ts';

const names = ['a', 'b', 'undo'];

/** The tools of the generated pipelines, each call noted by whom it was made for, and what becomes of their runs. */
export class WorldTools {
  readonly #worlds = new Map<string, World>();
  readonly #calls = new Map<string, Call[]>();
  /** Runs of tasks, and the run and step each is for. */
  readonly #parents = new Map<string, { readonly run: string; readonly path: string }>();
  readonly #onChange: (run: string, status: RunStatus) => void;

  constructor(onChange: (run: string, status: RunStatus) => void) {
    this.#onChange = onChange;
  }

  /** Says in which world a run is. */
  put(run: string, world: World): void {
    this.#worlds.set(run, world);
    this.#calls.set(run, []);
  }

  /** The task that steps run: one call. Gives its order, as who keeps tasks would. */
  readonly orderTask: OrderChild = ({ task, ...wanted }) => {
    this.#parents.set(wanted.id, wanted.parent);
    return Promise.resolve({
      ...wanted,
      title: task,
      pipeline: { steps: [{ id: 'inner', uses: 'tool.a', with: { x: '${params.x}' } }] },
      trigger: 'call',
      timezone: 'UTC',
      priority: 5,
      availableAt: 0,
      maxRetries: 0,
    });
  };

  callsOf(run: string): readonly Call[] {
    return this.#calls.get(run) ?? [];
  }

  readonly extension = defineExtension({
    name: 'world',
    config: z.strictObject({}),
    setup: ({ sources, events }) => {
      events.on(runChanged, ({ run, status }) => {
        if (isEnded(status) || status === 'waiting') this.#onChange(run, status);
      });
      const source = sources.open({
        id: 'tool',
        kind: 'extension',
        minLevel: 'trusted',
        maxConcurrentCalls: 10_000,
        invoke: (invocation) => Promise.resolve(this.#invoke(invocation)),
      });
      const inputSchema = { type: 'object' };
      source.publish(names.map((name) => ({ kind: 'tool', name, definition: { name, inputSchema } })));
      source.setState({ status: 'available' });
    },
  });

  #placeOf(key: string): { readonly run: string; readonly path: string } {
    const [, run = '', path = ''] = /^([^/]+)\/(.*)$/.exec(key) ?? [];
    const parent = this.#parents.get(run);
    return parent ? { run: parent.run, path: callOfTask(parent.path) } : { run, path };
  }

  #invoke({ request, originalName }: Invocation) {
    const { _meta, arguments: args = {} } = request.params;
    const key = isJsonObject(_meta) ? _meta['signalbox/idempotency-key'] : undefined;
    const { run, path } = this.#placeOf(typeof key === 'string' ? key : '');
    const world = this.#worlds.get(run);
    const calls = this.#calls.get(run);
    if (!world || !calls) throw new SignalboxError('not_found', `there is no run "${run}"`);
    const attempt = calls.filter((each) => each.path === path).length + 1;
    const tool = originalName === 'undo' ? 'undo' : `tool.${originalName}`;
    const call: Call = { path, attempt, tool, args };
    calls.push(call);
    return { kind: 'data', value: resultOf(world, call) } as const;
  }
}

function resultOf(world: World, call: Call): JsonObject {
  const answer: { output: JsonValue } | { error: string } = answerOf(world, call);
  if ('output' in answer) return { content: [], structuredContent: answer.output };
  if (answer.error === 'tool_error') return { content: [{ type: 'text', text: 'no' }], isError: true };
  throw new SignalboxError(answer.error === 'timeout' ? 'timeout' : 'forbidden', 'no');
}
