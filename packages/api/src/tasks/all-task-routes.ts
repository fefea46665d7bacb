import type { RouteDescription } from '../route-description.ts';
import { answerAwaited, listAwaited } from './awaited.ts';
import { clearBudget, getBudget, setBudget } from './budget.ts';
import { getCalendar, listCalendars, removeCalendar, setCalendar } from './calendars.ts';
import { listEvents, publishEvent } from './events.ts';
import {
  answerRun,
  cancelRun,
  followRun,
  getRun,
  listRunQuestions,
  listRuns,
  retryRun,
  tryPipeline,
} from './runs.ts';
import { backfillTask, cancelTask, pauseTask, resumeTask, runTaskNow, snoozeTask } from './task-actions.ts';
import { listOccurrences, previewSchedule, previewTask } from './task-times.ts';
import { changeTask, createTask, getTask, listTasks, listTaskVersions, updateTask } from './tasks.ts';

/** The operations on tasks, calendars, runs and events, in the order of the document. */
export const allTaskRoutes: readonly RouteDescription[] = [
  listTasks,
  createTask,
  getTask,
  changeTask,
  updateTask,
  listTaskVersions,
  pauseTask,
  resumeTask,
  cancelTask,
  snoozeTask,
  runTaskNow,
  backfillTask,
  previewTask,
  previewSchedule,
  listOccurrences,
  listCalendars,
  getCalendar,
  setCalendar,
  removeCalendar,
  listRuns,
  getRun,
  followRun,
  cancelRun,
  retryRun,
  answerRun,
  listRunQuestions,
  listAwaited,
  answerAwaited,
  tryPipeline,
  publishEvent,
  listEvents,
  getBudget,
  setBudget,
  clearBudget,
];
