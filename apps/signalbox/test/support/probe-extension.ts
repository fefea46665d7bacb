import { defineExtension, type Extension, prompt, resource, tool } from '@signalbox/sdk';
import { z } from 'zod';

/** An extension whose tools do what a test wants to see, and what it saw of them. */
export interface Probe {
  readonly extension: Extension;
  /** Resolves when a call of `stuck` was cancelled. */
  readonly cancelled: Promise<void>;
}

/** Makes a probe. */
export function makeProbe(): Probe {
  const cancelled = Promise.withResolvers<void>();
  const extension = defineExtension({
    name: 'probe',
    config: z.strictObject({}),
    setup({ tools, resources, prompts }) {
      tools.provide(
        'add',
        tool(
          'Adds two numbers',
          z.object({ a: z.number(), b: z.number().default(0) }),
          ({ a, b }) => ({ sum: a + b }),
          {
            output: z.object({ sum: z.number() }),
          },
        ),
      );
      tools.provide(
        'secret_add',
        tool('Adds for the owner', z.object({}), () => 'ok', { minLevel: 'anchor' }),
      );
      tools.provide(
        'walk',
        tool('Tells its progress', z.object({ steps: z.int() }), ({ steps }, { channels }) => {
          for (let step = 1; step <= steps; step++)
            channels.progress?.({ progress: step, total: steps, message: `step ${step}` });
          channels.log?.({ level: 'info', data: 'walked' });
          return 'arrived';
        }),
      );
      tools.provide(
        'ask_name',
        tool('Asks for a name', z.object({}), async (_, { channels, signal }) => {
          if (!channels.ask) return 'nobody to ask';
          const answer = await channels.ask({ method: 'elicitation/create', params: askParams }, signal);
          return `answer ${JSON.stringify(answer)}`;
        }),
      );
      tools.provide(
        'stuck',
        tool('Never ends by itself', z.object({}), (_, { signal, channels }) => {
          channels.progress?.({ progress: 1 });
          return new Promise<string>((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              cancelled.resolve();
              reject(signal.reason as Error);
            });
          });
        }),
      );
      tools.provide(
        'shout_and_wait',
        tool('Logs, then never ends', z.object({}), (_, { signal, channels }) => {
          channels.log?.({ level: 'info', data: 'waiting' });
          return new Promise<string>((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              cancelled.resolve();
              reject(signal.reason as Error);
            });
          });
        }),
      );
      tools.provide(
        'fail',
        tool('Fails', z.object({}), () => ({ content: [{ type: 'text', text: 'it broke' }], isError: true })),
      );
      tools.provide(
        'picture',
        tool('Gives an image', z.object({}), () => ({
          content: [
            { type: 'text', text: 'here \u001b[31mit\u001b[0m is' },
            { type: 'image', data: Buffer.from('png bytes').toString('base64'), mimeType: 'image/png' },
          ],
        })),
      );
      resources.provide(
        resource({
          uri: 'probe://notes/1?x=y',
          name: 'note',
          description: 'A note',
          read: () => 'note text',
        }),
      );
      resources.provide(
        resource({ uri: 'probe://files/{+path}', name: 'files', read: (uri) => `file of ${uri}` }),
      );
      prompts.provide(
        'greet',
        prompt({
          description: 'Greets',
          arguments: [{ name: 'who', required: true }],
          get: ({ who }) => `Hello ${who ?? ''}`,
        }),
      );
    },
  });
  return { extension, cancelled: cancelled.promise };
}

const askParams = {
  mode: 'form',
  message: 'Who are you?',
  requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
};
