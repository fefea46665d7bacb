import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isJsonObject, SignalboxError } from '@signalbox/sdk';
import type { Command } from 'commander';
import { type AddCommand, examples, type Run } from '../command.ts';
import { confirm } from '../confirm.ts';
import { printItems } from '../terminal/print-items.ts';

/** `client`: the OAuth clients that are registered at the hub. */
export const addClient: AddCommand = (parent, run) => {
  const group = parent.command('client').description('OAuth clients registered at the hub');
  addLs(group, run);
  addAdd(group, run);
  addRm(group, run);
};

function addLs(group: Command, run: Run): void {
  group
    .command('ls')
    .description('list the registered clients')
    .addHelpText('after', examples(['signalbox client ls']))
    .action((_options: object, command: Command) =>
      run(command, async (context) => {
        const [{ listClients }, { listAll }] = await Promise.all([
          import('@signalbox/api'),
          import('@signalbox/client'),
        ]);
        const client = await context.connect();
        const items = await listAll(10_000, (query) => client.request(listClients, { query }, context));
        printItems(context.output, context.format, items, {
          columns: [
            { title: 'ID', of: ({ id }) => id, isWhole: true },
            { title: 'NAME', of: ({ name }) => name },
            { title: 'BY', of: ({ origin }) => origin },
            { title: 'PROOF', of: ({ authMethod }) => authMethod },
            { title: 'FOR', of: ({ service, redirectUris }) => service ?? redirectUris.join(' ') },
          ],
          idOf: ({ id }) => id,
          empty: 'no clients; most need no registration, others are added with "signalbox client add"',
        });
      }),
    );
}

interface AddOptions {
  readonly redirect?: string[];
  readonly service?: string;
  readonly secret?: boolean;
  readonly assertions?: boolean;
  readonly jwks?: string;
}

function addAdd(group: Command, run: Run): void {
  group
    .command('add <name>')
    .description('register a client that cannot be known by a metadata document')
    .option('--redirect <uris...>', 'where people are sent back to')
    .option('--service <account>', 'a service account the client gets tokens for')
    .option('--assertions', 'it gets tokens for people by assertions of an issuer in auth.issuers')
    .option('--secret', 'give the client a secret, shown once')
    .option('--jwks <file>', 'its public keys, for signed assertions (private_key_jwt)')
    .addHelpText(
      'after',
      examples([
        'signalbox client add "My app" --redirect https://app.example/callback',
        'signalbox client add nightly --service robot --secret',
      ]),
    )
    .action((name: string, options: AddOptions, command: Command) =>
      run(command, async (context) => {
        const { addClient: route } = await import('@signalbox/api');
        const jwks =
          options.jwks === undefined ? undefined : await readKeys(resolve(context.edge.cwd, options.jwks));
        const body = {
          name,
          redirectUris: options.redirect ?? [],
          authMethod: jwks ? 'private_key_jwt' : options.secret ? 'client_secret_basic' : 'none',
          assertions: options.assertions === true,
          ...(options.service === undefined ? {} : { service: options.service }),
          ...(jwks ? { jwks } : {}),
        } as const;
        const { client, secret } = await (await context.connect()).request(route, { body }, context);
        context.output.result(`${client.id}\n`);
        if (secret !== undefined) context.output.result(`${secret}\n`);
        if (secret !== undefined) context.output.note('the second line is its secret, shown only now\n');
      }),
    );
}

function addRm(group: Command, run: Run): void {
  group
    .command('rm <id>')
    .description('remove a client and end its tokens')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples(['signalbox client rm client-k3J0 --yes']))
    .action((client: string, options: { readonly yes?: boolean }, command: Command) =>
      run(command, async (context) => {
        const { removeClient } = await import('@signalbox/api');
        await confirm(context, `remove the client "${client}"`, options.yes === true);
        await (await context.connect()).request(removeClient, { params: { client } }, context);
        context.output.note(`removed "${client}"\n`);
      }),
    );
}

async function readKeys(path: string) {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new SignalboxError('usage', `the file "${path}" cannot be read`, { cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const keys = isJsonObject(value) && Array.isArray(value['keys']) ? value['keys'] : undefined;
  if (!keys?.every(isJsonObject))
    throw new SignalboxError('usage', `"${path}" is no key set; it must look like {"keys": [...]}`);
  return { keys: keys.map((key) => ({ ...key })) };
}
