import type { Command } from 'commander';
import { examples, type Run } from '../command.ts';

/** `server login`: connects an account at an upstream, in the browser. */
export function addServerLogin(group: Command, run: Run): void {
  group
    .command('login <name>')
    .description('connect your account at an upstream that wants you to sign in')
    .option('--organization', 'connect the account everybody in the organization uses')
    .addHelpText(
      'after',
      examples(['signalbox server login github', 'signalbox server login tickets --organization']),
    )
    .action((name: string, options: { readonly organization?: boolean }, command: Command) =>
      run(command, async (context) => {
        const [{ connectUpstream, connectUpstreamForOrganization }, { openBrowser }, accounts] =
          await Promise.all([
            import('@signalbox/api'),
            import('../terminal/open-browser.ts'),
            import('../wait-for-account.ts'),
          ]);
        const { output, signal, edge } = context;
        const client = await context.connect();
        const whose = options.organization ? 'organization' : 'own';
        const watched = { name, whose } as const;
        const before = await accounts.readAccount(client, watched, signal);
        const begin = options.organization ? connectUpstreamForOrganization : connectUpstream;
        const { url } = await client.request(begin, { params: { name } }, { signal });
        output.note(`connect the account in the browser; if none opens, open this:\n${url}\n`);
        if (output.isTerminal) openBrowser(edge.platform, url);
        const { server } = await accounts.waitForAccount(client, watched, { before, signal });
        output.note(`${name} is connected${server === undefined ? '' : ` (${server})`}\n`);
      }),
    );
}
