import { taskBody } from '@signalbox/api';
import type { Tool } from '@signalbox/sdk';
import type { z } from 'zod';
import { taskLink } from '../wire/to-link.ts';
import type { WayIn } from '../wire/way-in.ts';
import { taskSummary, toTaskSummary } from './task-summary.ts';
import { hints, taskTool } from './task-tool.ts';

const description = `Make a task: a pipeline of tool calls that runs on a schedule or when an event comes. Its runs have your rights, checked again each time.

Schedules ("schedule_kind" and "schedule_expr", in "timezone"):
- cron: "30 8 * * mon-fri" (weekdays at 8:30), "0 */15 * * * *" (six fields: seconds first)
- rrule: "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=17;BYMINUTE=0;BYSECOND=0" (last Friday of the month at 17:00), with "dtstart"
- once: "2026-12-24T18:00:00+02:00"
- interval: "90m"
- event: a topic such as "email.received" or "email.*"; the event is read as "event" in the pipeline

A pipeline has steps in their order; each calls a tool ("uses") with arguments ("with"), and later steps read its output as \${steps.ID}:
{"title": "morning weather", "schedule_kind": "cron", "schedule_expr": "30 7 * * *", "timezone": "Europe/Chisinau",
 "payload": {"params": {"city": "Chisinau"}, "pipeline": [
  {"id": "weather", "uses": "weather__forecast", "with": {"city": "\${params.city}"}},
  {"id": "tell", "uses": "mail__send", "with": {"text": "Today: \${steps.weather.summary}"}, "if": "steps.weather.temperature > 25"}]}}

Use validate_pipeline and preview_schedule first; names of tools are those you see in your list of tools.`;

/** `create_task`. */
export function createTaskTool({ tasks }: WayIn): Tool<z.output<typeof taskBody>> {
  return taskTool({
    title: 'Make a task',
    description,
    input: taskBody,
    output: taskSummary,
    hints: hints.adds,
    link: ({ id }) => taskLink(id),
    handle: async (input, viewer) => toTaskSummary(await tasks.create(viewer, input)),
  });
}
