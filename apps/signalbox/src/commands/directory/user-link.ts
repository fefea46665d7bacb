import type { Command } from 'commander';
import type { Run } from '../../command.ts';
import { printItem } from '../../terminal/print-items.ts';
import { addSubcommand } from './subcommand.ts';
import { timeText } from './time-text.ts';

interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

/** `user link` and `user unlink`: who a person is at another identity provider. */
export function addUserLink(group: Command, run: Run): void {
  const options = (command: Command): Command =>
    command
      .requiredOption('--issuer <address>', 'issuer of the identity provider, as it writes it in its tokens')
      .requiredOption(
        '--subject <id>',
        'the "sub" the provider knows the person by, never an e-mail address',
      );
  addSubcommand<Identity>(group, run, {
    usage: 'link <login>',
    description: 'let somebody of another identity provider sign in as this person',
    examples: ['signalbox user link ann --issuer https://login.example.com --subject 248289761001'],
    options,
    act: async ({ context, client, api, query, args: [person = ''], options: { issuer, subject } }) => {
      const request = { query, params: { person }, body: { issuer, subject } };
      const item = await client.request(api.linkIdentity, request, context);
      printItem(context.output, context.format, item, {
        idOf: (each) => each.subject,
        lines: (each) => [
          ['issuer', each.issuer],
          ['subject', each.subject],
          ['since', timeText(each.createdAt)],
        ],
      });
    },
  });
  addSubcommand<Identity>(group, run, {
    usage: 'unlink <login>',
    description: 'take a link away; what the person signed in with before is worth nothing any more',
    examples: ['signalbox user unlink ann --issuer https://login.example.com --subject 248289761001'],
    options,
    act: async ({ context, client, api, query, args: [person = ''], options: { issuer, subject } }) => {
      await client.request(
        api.unlinkIdentity,
        { query: { ...query, issuer, subject }, params: { person } },
        context,
      );
      context.output.note(`"${person}" is not linked to that any more\n`);
    },
  });
}
