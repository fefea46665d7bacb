import { defineExtension, prompt, resource, tool } from '@signalbox/sdk';
import { z } from 'zod';

/** Tools, resources and prompts of every kind, written as a user of the sdk would. */
export const demo = defineExtension({
  name: 'demo',
  config: z.strictObject({ greeting: z.string().default('Hello') }),
  setup: ({ config, tools, resources, prompts }) => {
    tools.provide(
      'greet',
      tool('Greets somebody', z.object({ name: z.string() }), ({ name }) => `${config.greeting}, ${name}`),
    );
    tools.provide(
      'count',
      tool(
        'Counts with progress',
        z.object({ to: z.int().max(100) }),
        async ({ to }, { channels }) => {
          for (let step = 1; step <= to; step++) channels.progress?.({ progress: step, total: to });
          return { counted: to };
        },
        { output: z.object({ counted: z.int() }) },
      ),
    );
    tools.provide(
      'ask_name',
      tool('Asks for a name', z.object({}), async (_args, { channels, signal }) => {
        if (!channels.ask) return 'nobody to ask';
        const requestedSchema = {
          type: 'object',
          properties: { name: { type: 'string' } },
          required: ['name'],
        };
        const params = { mode: 'form', message: 'Your name?', requestedSchema };
        const answer = await channels.ask({ method: 'elicitation/create', params }, signal);
        return JSON.stringify(answer);
      }),
    );
    tools.provide(
      'wait',
      tool('Waits until it is cancelled', z.object({}), (_args, { signal }) => {
        return new Promise<string>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        });
      }),
    );
    tools.provide(
      'explode',
      tool('Fails with a bug', z.object({}), () => {
        throw new Error('secret detail of the bug');
      }),
    );
    tools.provide(
      'owner_only',
      tool('For the owner', z.object({}), () => 'yes', { minLevel: 'anchor' }),
    );
    tools.provide(
      'open_to_all',
      tool('For everybody', z.object({}), () => 'yes', { minLevel: 'public' }),
    );
    resources.provide(
      resource({ uri: 'demo://motto', name: 'motto', mimeType: 'text/plain', read: () => 'one gate' }),
    );
    resources.provide(resource({ uri: 'demo://notes/{id}', name: 'note', read: (uri) => `note at ${uri}` }));
    prompts.provide(
      'praise',
      prompt({
        description: 'Praises a thing',
        arguments: [{ name: 'thing', required: true }],
        get: ({ thing }) => `Praise ${thing} in one sentence.`,
      }),
    );
  },
});
