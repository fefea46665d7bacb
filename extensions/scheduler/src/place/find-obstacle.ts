import {
  isSignalboxError,
  type JsonObject,
  principalOfStandIn,
  type StandIn,
  taskInterface,
  toolAddress,
} from '@signalbox/sdk';
import type { SchedulerParts } from '../scheduler-parts.ts';

/** Why a task cannot be run as it is, and what becomes of it by that. */
export interface Obstacle {
  readonly status: 'paused' | 'invalid';
  readonly reason: string;
}

type Known = Pick<SchedulerParts, 'directory' | 'catalog' | 'calls' | 'knowledge'>;

/**
 * Why a pipeline cannot be run by who it is run as, decided as it would be for them now: they are gone, or may not use a tool any
 * more, or there is no such tool. A tool whose upstream is only away for a while is none.
 */
export async function findObstacle(
  parts: Known,
  runAs: StandIn,
  pipeline: JsonObject,
  task: string,
): Promise<Obstacle | undefined> {
  const principal = await principalOfStandIn(parts.directory(), runAs, task);
  if (!principal)
    return {
      status: 'paused',
      reason: `${runAs.kind} "${runAs.id}", whose rights its runs have, is not there or not active any more`,
    };
  const tools = parts.knowledge.requiredTools(pipeline);
  if (tools.length === 0) return undefined;
  const known = new Set(parts.catalog.items('tool').map(({ name }) => name));
  for (const named of tools) {
    const tool = toolAddress(parts.catalog, named, { principal, interface: taskInterface });
    if (!known.has(tool)) return { status: 'invalid', reason: `there is no tool "${tool}"` };
    const refusal = parts.calls.findRefusal({
      kind: 'tool',
      view: 'all',
      target: tool,
      principal,
      interface: taskInterface,
    });
    // What somebody may not see is not there for them.
    if (refusal?.code === 'not_found') return { status: 'invalid', reason: `there is no tool "${tool}"` };
    if (refusal)
      return { status: 'paused', reason: `the tool "${tool}" may not be used: ${refusal.message}` };
  }
  return undefined;
}

/** What makes a task invalid, said by an error of its definition; undefined for errors of another kind. */
export function obstacleOf(error: unknown): Obstacle | undefined {
  if (!isSignalboxError(error) || error.code !== 'invalid_params') return undefined;
  return { status: 'invalid', reason: error.message };
}
