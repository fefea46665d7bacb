import type { Command } from 'commander';
import { examples, type Run } from '../command.ts';

/** `server logout`: forgets an account at an upstream. */
export function addServerLogout(group: Command, run: Run): void {
  group
    .command('logout <name>')
    .description('forget your account at an upstream, and end it there where that is possible')
    .option('--organization', 'forget the account everybody in the organization uses')
    .addHelpText(
      'after',
      examples(['signalbox server logout github', 'signalbox server logout tickets --organization']),
    )
    .action((name: string, options: { readonly organization?: boolean }, command: Command) =>
      run(command, async (context) => {
        const { disconnectUpstream, disconnectUpstreamForOrganization } = await import('@signalbox/api');
        const client = await context.connect();
        const end = options.organization ? disconnectUpstreamForOrganization : disconnectUpstream;
        await client.request(end, { params: { name } }, context);
        context.output.note(`the account at ${name} is forgotten\n`);
      }),
    );
}
