import type { Log } from '@signalbox/sdk';
import { DefaultLogger, type Logger } from '@temporalio/worker';

/** What Temporal has to say goes into the hub's log, from warnings on. */
export function toTemporalLogger(log: Log): Logger {
  return new DefaultLogger('WARN', ({ level, message, meta }) => {
    const line = level === 'ERROR' ? log.error : log.warn;
    line('temporal says something', { said: message, ...pick(meta) });
  });
}

/** What names the run and the cause; the rest is about Temporal itself. */
function pick(meta: Record<string | symbol, unknown> | undefined) {
  const { workflowId, activityType, error } = meta ?? {};
  return {
    ...(workflowId === undefined ? {} : { workflow: workflowId }),
    ...(activityType === undefined ? {} : { activity: activityType }),
    ...(error === undefined ? {} : { cause: error }),
  };
}
