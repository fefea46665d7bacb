import type { ExtensionContext } from '@signalbox/sdk';
import type { WayIn } from '../wire/way-in.ts';
import { provideApprovals } from './approvals.ts';
import { provideChangeRun } from './change-run.ts';
import { createTaskTool } from './create-task.ts';
import { providePauseTask } from './pause-task.ts';
import { previewScheduleTool } from './preview-schedule.ts';
import { publishEventTool } from './publish-event.ts';
import { provideReadRuns } from './read-runs.ts';
import { provideReadTasks } from './read-tasks.ts';
import { provideRunTask } from './run-task.ts';
import { snoozeTaskTool } from './snooze-task.ts';
import { provideSystem } from './system.ts';
import { updateTaskTool } from './update-task.ts';
import { validatePipelineTool } from './validate-pipeline.ts';

/** The tools by which agents keep tasks and look after runs. */
export function provideTools(tools: ExtensionContext<unknown>['tools'], wayIn: WayIn): void {
  tools.provide('create_task', createTaskTool(wayIn));
  provideReadTasks(tools, wayIn);
  tools.provide('update_task', updateTaskTool(wayIn));
  providePauseTask(tools, wayIn);
  tools.provide('snooze_task', snoozeTaskTool(wayIn));
  provideRunTask(tools, wayIn);
  provideReadRuns(tools, wayIn);
  provideChangeRun(tools, wayIn);
  tools.provide('publish_event', publishEventTool(wayIn));
  tools.provide('preview_schedule', previewScheduleTool(wayIn));
  tools.provide('validate_pipeline', validatePipelineTool(wayIn));
  provideApprovals(tools, wayIn);
  provideSystem(tools, wayIn);
}
