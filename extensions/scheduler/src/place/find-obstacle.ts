import {
  type EntryIdentity,
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

type Known = Pick<SchedulerParts, 'directory' | 'catalog' | 'calls' | 'knowledge' | 'secrets'>;

/**
 * Why a pipeline cannot be run by who it is run as, decided as it would be for them now: they are gone, or may not use a tool any
 * more, or there is no such tool, or a secret is not there for it. A tool whose upstream is only away for a while is none.
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
  const { tools, secrets } = parts.knowledge.requirements(pipeline);
  if (tools.length === 0) return undefined;
  const known = new Map(parts.catalog.items('tool').map((item) => [item.name, item]));
  for (const named of tools) {
    const tool = toolAddress(parts.catalog, named, { principal, interface: taskInterface });
    const item = known.get(tool);
    if (!item) return { status: 'invalid', reason: `there is no tool "${tool}"` };
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
    const names = secrets.flatMap(({ secret, tool: given }) => (given === named ? [secret] : []));
    const missing = await findMissingSecret(parts, runAs.org, item, names);
    if (missing) return missing;
  }
  return undefined;
}

/** A secret that would not be given to a tool; who administers the organization can change that. */
async function findMissingSecret(
  { secrets }: Known,
  org: string,
  tool: EntryIdentity,
  names: readonly string[],
): Promise<Obstacle | undefined> {
  const keeper = secrets();
  if (!keeper && names.length > 0)
    return { status: 'paused', reason: 'nobody keeps secrets here; enable the extension "vault"' };
  for (const secret of names) {
    const refusal = await keeper?.findRefusal({ org, secret, tool });
    if (refusal) return { status: 'paused', reason: refusal.message };
  }
  return undefined;
}

/** What makes a task invalid, said by an error of its definition; undefined for errors of another kind. */
export function obstacleOf(error: unknown): Obstacle | undefined {
  if (!isSignalboxError(error) || error.code !== 'invalid_params') return undefined;
  return { status: 'invalid', reason: error.message };
}
