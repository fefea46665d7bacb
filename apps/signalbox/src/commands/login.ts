import { permissions, SignalboxError } from '@signalbox/sdk';
import type { Command } from 'commander';
import { examples, type Run } from '../command.ts';

/** `login`: signs in to a hub, most often one on another machine. */
export function addLogin(parent: Command, run: Run): void {
  parent
    .command('login [url]')
    .description('sign in to a hub; later commands with the same --url use it')
    .option('--device', 'sign in with a code, on a machine without a browser')
    .option('--scope <scopes>', 'what the commands may do, separated by spaces; everything by default')
    .addHelpText(
      'after',
      examples(['signalbox login https://hub.example', 'signalbox login https://hub.example --device']),
    )
    .action(
      (
        given: string | undefined,
        options: { readonly device?: boolean; readonly scope?: string },
        command: Command,
      ) =>
        run(command, async ({ clues, output, edge, signal }) => {
          const [{ findHubUrl }, { discover }, tokens] = await Promise.all([
            import('../hub/find-hub.ts'),
            import('../sign-in/discover.ts'),
            import('../sign-in/saved-tokens.ts'),
          ]);
          const url = given ?? (await findHubUrl(clues));
          const place = await discover(url);
          const scope = options.scope ?? [...permissions, 'offline_access'].join(' ');
          const outcome = options.device
            ? await (await import('../sign-in/sign-in-with-device.ts')).signInWithDevice(place, {
                scope,
                signal,
                show: (page, code) => output.note(`open ${page}\nand type the code ${code}\n`),
              })
            : await (await import('../sign-in/sign-in-with-browser.ts')).signInWithBrowser(place, {
                scope,
                signal,
                platform: edge.platform,
                opens: output.isTerminal,
                show: (page) => output.note(`sign in with the browser; if none opens, open this:\n${page}\n`),
              });
          if ('error' in outcome)
            throw new SignalboxError('unauthenticated', `the hub did not sign you in: ${outcome.text}`);
          const path = tokens.tokenFilePath(clues);
          const { issuer, tokenEndpoint, revocationEndpoint } = place;
          const saved = {
            issuer,
            tokenEndpoint,
            ...(revocationEndpoint ? { revocationEndpoint } : {}),
            ...outcome.token,
          };
          await tokens.withTokenLock(path, () => tokens.writeToken(path, url, saved));
          output.note(`signed in to ${url}\n`);
        }),
    );
}
