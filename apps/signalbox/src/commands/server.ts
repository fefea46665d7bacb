import type { Command } from 'commander';
import type { Run } from '../command.ts';
import { addServerAdd } from './server-add.ts';
import { addServerImport } from './server-import.ts';
import { addServerLogin } from './server-login.ts';
import { addServerLogout } from './server-logout.ts';
import { addServerLogs } from './server-logs.ts';
import { addServerLs } from './server-ls.ts';
import { addServerRestart } from './server-restart.ts';
import { addServerRm } from './server-rm.ts';
import { addServerShow } from './server-show.ts';
import { addServerTest } from './server-test.ts';

/** `server`: the upstreams of the hub. */
export function addServer(parent: Command, run: Run): void {
  const group = parent.command('server').description('add, watch and remove upstreams (MCP servers)');
  addServerAdd(group, run);
  addServerLs(group, run);
  addServerShow(group, run);
  addServerRm(group, run);
  addServerRestart(group, run);
  addServerLogin(group, run);
  addServerLogout(group, run);
  addServerLogs(group, run);
  addServerTest(group, run);
  addServerImport(group, run);
}
