export { makeSchedulerExtension, schedulerExtension, schedulerExtension as default } from './extension.ts';
export { makeScheduler, type RunningScheduler } from './make-scheduler.ts';
export type { PipelineKnowledge, SchedulerParts } from './scheduler-parts.ts';
export { type SchedulerSettings, schedulerSettings } from './settings.ts';
