import type { JsonObject, OrderChild } from '@signalbox/sdk';
import type { EngineHub } from './engine-hub.ts';

/** Makes orders of one task. */
export const taskOf =
  (pipeline: JsonObject): OrderChild =>
  async ({ task, ...wanted }) => ({
    ...wanted,
    title: task,
    pipeline,
    trigger: 'call',
    timezone: 'UTC',
    priority: 5,
    availableAt: 0,
    maxRetries: 0,
  });

/** The run that is not this one, as soon as it is there. */
export async function theOther(hub: EngineHub, run: string): Promise<string> {
  for (;;) {
    const other = (await hub.engine.list('local', { limit: 2 })).find(({ id }) => id !== run);
    if (other) return other.id;
  }
}
