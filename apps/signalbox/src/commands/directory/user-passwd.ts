import type { Command } from 'commander';
import type { Run } from '../../command.ts';
import { readNewPassword, readPassword } from './read-password.ts';
import { addSubcommand } from './subcommand.ts';

/** `user passwd`: sets a password, one's own or that of another. */
export function addUserPasswd(group: Command, run: Run): void {
  addSubcommand<{ readonly passwordStdin?: boolean }>(group, run, {
    usage: 'passwd [login]',
    description: 'set a password, your own or that of another; it is asked for, never an argument',
    examples: ['signalbox user passwd', 'signalbox user passwd ann --password-stdin < password.txt'],
    options: (command) =>
      command.option('--password-stdin', 'read the new password from standard input, for another person'),
    act: async ({ context, client, api, query, args: [person], options }) => {
      const me = await client.request(api.getMe, {}, context);
      if (person !== undefined && person !== me.login) {
        const password = await readNewPassword(context, options.passwordStdin === true);
        await client.request(
          api.setPersonPassword,
          { query, params: { person }, body: { password } },
          context,
        );
      } else {
        const current = await readPassword(context, 'current password');
        const password = await readNewPassword(context, false);
        await client.request(api.setMyPassword, { body: { current, password } }, context);
      }
      context.output.note(
        'the password is set; whoever was signed in with the old one has to sign in again\n',
      );
    },
  });
}
