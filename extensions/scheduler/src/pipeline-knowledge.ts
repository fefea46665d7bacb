import { compileCondition, compileTemplate, makePlan, type TimeScope } from '@signalbox/pipeline';
import { calendarZones as zones } from '@signalbox/schedule';
import { isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import type { PipelineKnowledge } from './scheduler-parts.ts';

/** What `packages/pipeline` knows of pipelines, templates and expressions. */
export const pipelineKnowledge: PipelineKnowledge = {
  requirements: (pipeline) => {
    const { tools, secrets } = makePlan(pipeline, { zones });
    return { tools: tools.filter((tool) => !tool.includes('${')), secrets };
  },
  render: (template, context) => {
    const value = compileTemplate(template).render(context, timeOf(context));
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number') return String(value);
    throw new SignalboxError(
      'invalid_params',
      `a key must come to a text or a number, which "${template}" does not`,
    );
  },
  checkKey: (template, roots) => {
    const foreign = compileTemplate(template).references.find(({ root }) => !roots.includes(root));
    if (foreign)
      throw new SignalboxError(
        'invalid_params',
        `the template, character ${foreign.position}: a key can read ${roots.join(', ')}, and not "${foreign.root}"`,
      );
  },
  matches: (expression, payload) => compileCondition(expression).test(scopeOf(payload), noTime),
};

/** An expression sees the payload as `event.payload`, as the steps of a pipeline do, as `payload`, and its members by their names. */
function scopeOf(payload: Parameters<NonNullable<PipelineKnowledge['matches']>>[1]): JsonObject {
  return { ...(isJsonObject(payload) ? payload : {}), payload, event: { payload } };
}

const noTime: TimeScope = { nowMs: 0, scheduledAtMs: 0, timezone: 'UTC', zones };

/** A key is about the nominal time, on the calendar of the task's zone. */
function timeOf({ scheduled_at: at, timezone: zone }: JsonObject): TimeScope {
  const atMs = typeof at === 'number' ? at : 0;
  const timezone = typeof zone === 'string' ? zone : 'UTC';
  return { nowMs: atMs, scheduledAtMs: atMs, timezone, zones };
}
