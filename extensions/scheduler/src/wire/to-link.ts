import type { JsonObject } from '@signalbox/sdk';

/** The URI of a task as a resource. */
export function taskUri(id: string): string {
  return `signalbox://tasks/${id}`;
}

/** The URI of a run as a resource. */
export function runUri(id: string): string {
  return `signalbox://runs/${id}`;
}

/** A link to a task in the result of a tool. */
export function taskLink(id: string): JsonObject {
  return { type: 'resource_link', uri: taskUri(id), name: `task ${id}`, mimeType: 'application/json' };
}

/** A link to a run. */
export function runLink(id: string): JsonObject {
  return { type: 'resource_link', uri: runUri(id), name: `run ${id}`, mimeType: 'application/json' };
}
