import type { JsonObject } from '@signalbox/sdk';

/** The URI of the tasks of who reads it. */
export const tasksUri = 'signalbox://tasks';

/** The URI of the newest runs. */
export const runsUri = 'signalbox://runs';

/** The URI of a task as a resource. */
export function taskUri(id: string): string {
  return `${tasksUri}/${id}`;
}

/** The URI of a run as a resource. */
export function runUri(id: string): string {
  return `${runsUri}/${id}`;
}

/** A link to a task in the result of a tool. */
export function taskLink(id: string): JsonObject {
  return { type: 'resource_link', uri: taskUri(id), name: `task ${id}`, mimeType: 'application/json' };
}

/** A link to a run. */
export function runLink(id: string): JsonObject {
  return { type: 'resource_link', uri: runUri(id), name: `run ${id}`, mimeType: 'application/json' };
}
