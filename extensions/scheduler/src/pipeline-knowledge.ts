import { compileCondition, compileTemplate, makePlan, type TimeScope, type Zones } from '@signalbox/pipeline';
import { toInstant, toLocal } from '@signalbox/schedule';
import { isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import type { PipelineKnowledge } from './scheduler-parts.ts';

const zones: Zones = {
  toLocal: (ms, zone) => ({ ...toLocal(ms, zone), millisecond: ((ms % 1_000) + 1_000) % 1_000 }),
  toInstant: ({ millisecond, ...local }, zone) => toInstant(local, zone) + millisecond,
};

/** What `packages/pipeline` knows of pipelines, templates and expressions. */
export const pipelineKnowledge: PipelineKnowledge = {
  requiredTools: (pipeline) => makePlan(pipeline, { zones }).tools.filter((tool) => !tool.includes('${')),
  render: (template, context) => {
    const value = compileTemplate(template).render(context, timeOf(context));
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number') return String(value);
    throw new SignalboxError(
      'invalid_params',
      `a key must come to a text or a number, which "${template}" does not`,
    );
  },
  matches: (expression, payload) => compileCondition(expression).test(scopeOf(payload), noTime),
};

/** An expression sees the members of a payload by their names, and the whole as `payload`. */
function scopeOf(payload: Parameters<NonNullable<PipelineKnowledge['matches']>>[1]): JsonObject {
  return { ...(isJsonObject(payload) ? payload : {}), payload };
}

const noTime: TimeScope = { nowMs: 0, scheduledAtMs: 0, timezone: 'UTC', zones };

function timeOf({ scheduled_at: at }: JsonObject): TimeScope {
  const atMs = typeof at === 'number' ? at : 0;
  return { nowMs: atMs, scheduledAtMs: atMs, timezone: 'UTC', zones };
}
