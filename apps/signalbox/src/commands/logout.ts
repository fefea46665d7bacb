import type { Command } from 'commander';
import { examples, type Run } from '../command.ts';

/** `logout`: ends a sign-in, here and at the hub. */
export function addLogout(parent: Command, run: Run): void {
  parent
    .command('logout [url]')
    .description('end the sign-in to a hub')
    .addHelpText('after', examples(['signalbox logout https://hub.example']))
    .action((given: string | undefined, _options: object, command: Command) =>
      run(command, async ({ clues, output }) => {
        const [{ findHubUrl }, tokens, { cliClient, postForm }] = await Promise.all([
          import('../hub/find-hub.ts'),
          import('../sign-in/saved-tokens.ts'),
          import('../sign-in/token-request.ts'),
        ]);
        const url = given ?? (await findHubUrl(clues));
        const path = tokens.tokenFilePath(clues);
        await tokens.withTokenLock(path, async () => {
          const saved = await tokens.readToken(path, url);
          if (saved === undefined) return output.note(`you were not signed in to ${url}\n`);
          await tokens.writeToken(path, url, undefined);
          if (saved.revocationEndpoint !== undefined && saved.refresh !== undefined)
            await postForm(saved.revocationEndpoint, { client_id: cliClient, token: saved.refresh });
          output.note(`signed out of ${url}\n`);
        });
      }),
    );
}
