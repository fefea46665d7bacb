import type { Command } from 'commander';
import type { Run } from '../command.ts';
import { addTaskActions } from './tasks/task-actions.ts';
import { addTaskDefinitions } from './tasks/task-definitions.ts';
import { addTaskImport } from './tasks/task-import.ts';
import { addTaskTimes } from './tasks/task-times.ts';

/** `task`: pipelines that run at times and on events. */
export function addTask(parent: Command, run: Run): void {
  const group = parent
    .command('task')
    .description('list, make and change tasks, and run them; a task is named by its id or title');
  addTaskDefinitions(group, run);
  addTaskActions(group, run);
  addTaskTimes(group, run);
  addTaskImport(group, run);
}
