import type { JsonObject } from '@signalbox/sdk';
import type { PipelineKnowledge } from '../scheduler-parts.ts';
import type { Task } from '../store/task.ts';
import { paramsOf } from './params-of.ts';
import type { Wish } from './wish.ts';

/** The keys of a run, rendered. */
export interface RunKeys {
  readonly concurrency?: string;
  readonly dedupe?: string;
}

/** The keys a wish has by its task. Errors: those of the templates. */
export function keysOf({ definition, row }: Task, wish: Wish, knowledge: PipelineKnowledge): RunKeys {
  const { concurrency_key: concurrency, dedupe_key: dedupe, dedupe_window_seconds: window } = definition;
  const context = (): JsonObject => ({
    params: paramsOf(definition.payload, wish.params),
    ...(wish.event ? { event: wish.event } : {}),
    task: { id: row.id, title: row.title },
    scheduled_at: wish.nominalAtMs,
    timezone: definition.timezone ?? 'UTC',
  });
  const render = (text: string): string =>
    knowledge.render && text.includes('${') ? knowledge.render(text, context()) : text;
  return {
    ...(concurrency === undefined ? {} : { concurrency: render(concurrency) }),
    ...(dedupe === undefined || window === 0 ? {} : { dedupe: render(dedupe) }),
  };
}
