import { type Level, levels } from '@signalbox/sdk';
import { type Command, Option } from 'commander';
import { examples, type Run } from '../command.ts';
import { findConfig } from '../hub/find-config.ts';
import { readPort } from '../read-option.ts';

interface Options {
  readonly view?: string;
  readonly ownHub?: boolean;
  readonly transport?: 'auto' | 'stdio' | 'http';
  readonly port?: number;
  readonly level?: Level;
}

const variables = `
Variables, under the options and under SIGNALBOX_*:
  MCP_TRANSPORT           auto, stdio or http
  MCP_HTTP_PORT           port for http
  MCP_DEFAULT_PERMISSION  public, trusted or anchor: highest level of what comes in this way
  MCP_OAUTH_ISSUER        authorization server whose tokens are taken over http
  MCP_OAUTH_CLIENT_ID     audience its tokens have; the hub's own address where absent`;

/** `mcp`: speaks MCP over stdio, for clients that start their servers, or over HTTP. */
export function addMcp(parent: Command, run: Run): void {
  parent
    .command('mcp')
    .description('speak MCP over standard input and output, for clients that start their servers')
    .option('--view <view>', 'what to offer: all, endpoint:NAME or upstream:NAME')
    .option('--own-hub', 'start a hub inside, even when one runs')
    .addOption(
      new Option(
        '--transport <transport>',
        'stdio, http, or auto: http only from a terminal with a port named',
      ).choices(['auto', 'stdio', 'http']),
    )
    .option('--port <port>', 'port for http; 0 takes a free one', readPort)
    .addOption(
      new Option('--level <level>', 'highest level of what comes in this way').choices(
        levels.filter((level) => level !== 'none'),
      ),
    )
    .addHelpText(
      'after',
      examples([
        'signalbox mcp',
        'signalbox mcp --view endpoint:dev',
        'signalbox mcp --level public',
        'MCP_TRANSPORT=http MCP_HTTP_PORT=3000 signalbox mcp',
      ]) + variables,
    )
    .action((options: Options, command: Command) =>
      run(command, async ({ clues }) => {
        const { runMcp } = await import('../way-in/run-mcp.ts');
        const configPath = findConfig(clues);
        await runMcp({ ...options, ...(configPath === undefined ? {} : { configPath }) });
      }),
    );
}
