import type { Command } from 'commander';
import type { Run } from '../command.ts';
import { confirm } from '../confirm.ts';
import { readCount } from '../read-option.ts';
import { printItem, printItems } from '../terminal/print-items.ts';
import { addHubCommand } from './tasks/hub-command.ts';
import { addWebhookAdd } from './webhooks/add-webhook.ts';
import { readSecret } from './webhooks/read-secret.ts';
import { tellSecret } from './webhooks/tell-secret.ts';
import { deliveryList, webhookList, webhookLook } from './webhooks/webhook-look.ts';

/** `webhook`: signed requests that tell of events, and that tell others. */
export function addWebhook(parent: Command, run: Run): void {
  const group = parent
    .command('webhook')
    .description('signed requests that come in as events, or go out to tell of runs, tasks and events');
  addWebhookAdd(group, run);
  addHubCommand<{ limit: number }>(group, run, {
    usage: 'ls',
    description: 'list webhooks, newest first',
    examples: ['signalbox webhook ls'],
    options: (command) =>
      command.alias('list').option('--limit <count>', 'most webhooks, at most 200', readCount, 50),
    act: async ({ context, client, api, options: { limit } }) => {
      const query = { limit: Math.min(limit, 200) };
      const { items } = await client.request(api.listWebhooks, { query }, context);
      printItems(context.output, context.format, items, webhookList);
    },
  });
  addHubCommand(group, run, {
    usage: 'show <webhook>',
    description: 'show a webhook; its secret is never shown again',
    examples: ['signalbox webhook show orders'],
    act: async ({ context, client, api, args: [webhook = ''] }) => {
      const item = await client.request(api.getWebhook, { params: { webhook } }, context);
      printItem(context.output, context.format, item, webhookLook);
    },
  });
  addHubCommand<{ yes?: boolean }>(group, run, {
    usage: 'rm <webhook>',
    description: 'remove a webhook with its secret and what it had to tell',
    examples: ['signalbox webhook rm orders --yes'],
    options: (command) => command.alias('remove').option('-y, --yes', 'do not ask'),
    act: async ({ context, client, api, args: [webhook = ''], options }) => {
      const { name } = await client.request(api.getWebhook, { params: { webhook } }, context);
      await confirm(context, `remove the webhook "${name}"`, options.yes === true);
      await client.request(api.removeWebhook, { params: { webhook } }, context);
      context.output.note(`removed "${name}"\n`);
    },
  });
  for (const [word, status, text] of [
    ['enable', 'active', 'go on with a webhook that was disabled'],
    ['disable', 'disabled', 'keep a webhook from taking or telling anything; what it had to tell is dropped'],
  ] as const)
    addHubCommand(group, run, {
      usage: `${word} <webhook>`,
      description: text,
      examples: [`signalbox webhook ${word} pager`],
      act: async ({ context, client, api, args: [webhook = ''] }) => {
        const request = { params: { webhook }, body: { status } };
        const item = await client.request(api.changeWebhook, request, context);
        context.output.note(`${item.name}: ${item.status}\n`);
      },
    });
  addSecretCommands(group, run);
  addDeliveryCommands(group, run);
}

function addSecretCommands(group: Command, run: Run): void {
  addHubCommand<{ overlap?: number; secretStdin?: boolean }>(group, run, {
    usage: 'rotate <webhook>',
    description: 'give a webhook another secret, shown once; the one from before is good a while longer',
    examples: ['signalbox webhook rotate orders', 'signalbox webhook rotate orders --overlap 3600'],
    options: (command) =>
      command
        .option('--overlap <seconds>', 'how long the old one is good, too; a day unless said', readCount)
        .option('--secret-stdin', 'comes in: read the secret the sender has chosen from standard input'),
    act: async (given) => {
      const { context, client, api, args, options } = given;
      const secret = options.secretStdin ? { secret: await readSecret(context) } : {};
      const overlap = options.overlap === undefined ? {} : { overlap_seconds: options.overlap };
      const request = { params: { webhook: args[0] ?? '' }, body: { ...overlap, ...secret } };
      tellSecret(given, await client.request(api.rotateWebhook, request, context));
    },
  });
  addHubCommand(group, run, {
    usage: 'test <webhook>',
    description:
      'try a webhook: send "webhook.test", or tell an event as its sender would, which tasks hear of',
    examples: ['signalbox webhook test pager'],
    act: async ({ context, client, api, args: [webhook = ''] }) => {
      const tried = await client.request(api.testWebhook, { params: { webhook }, body: {} }, context);
      if (tried.event) context.output.note(`told event ${tried.event.id} of ${tried.event.topic}\n`);
      if (!tried.delivery) return 0;
      printItems(context.output, context.format, [tried.delivery], deliveryList);
      return tried.delivery.status === 'delivered' ? 0 : 1;
    },
  });
}

function addDeliveryCommands(group: Command, run: Run): void {
  addHubCommand<{ status?: 'waiting' | 'delivered' | 'failed' | 'dropped'; limit: number }>(group, run, {
    usage: 'deliveries <webhook>',
    description: 'list what a webhook had to tell and what became of it, newest first',
    examples: ['signalbox webhook deliveries pager', 'signalbox webhook deliveries pager --status failed'],
    options: (command) =>
      command
        .option('--status <status>', 'only waiting, delivered, failed or dropped ones')
        .option('--limit <count>', 'most deliveries, at most 200', readCount, 50),
    act: async ({ context, client, api, args: [webhook = ''], options: { status, limit } }) => {
      const query = { limit: Math.min(limit, 200), ...(status ? { status } : {}) };
      const { items } = await client.request(api.listDeliveries, { params: { webhook }, query }, context);
      printItems(context.output, context.format, items, deliveryList);
    },
  });
  addHubCommand(group, run, {
    usage: 'redeliver <webhook> <delivery>',
    description: 'send something again, with the same id, whatever became of it',
    examples: ['signalbox webhook redeliver pager 0198f2c4-1d2e-7abc-8def-0123456789ab'],
    act: async ({ context, client, api, args: [webhook = '', delivery = ''] }) => {
      const request = { params: { webhook, delivery }, body: {} };
      const item = await client.request(api.redeliver, request, context);
      printItems(context.output, context.format, [item], deliveryList);
    },
  });
}
