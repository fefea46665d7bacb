import type { Command } from 'commander';
import type { Run } from '../command.ts';
import { addToolCall } from './tool-call.ts';
import { addToolLs } from './tool-ls.ts';
import { addToolShow } from './tool-show.ts';

/** `tool`: the tools of the whole catalog. */
export function addTool(parent: Command, run: Run): void {
  const group = parent.command('tool').description('list, show and call tools');
  addToolLs(group, run);
  addToolShow(group, run);
  addToolCall(group, run);
}
