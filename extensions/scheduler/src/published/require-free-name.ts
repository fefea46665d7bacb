import { SignalboxError, type TaskDefinition } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import type { TaskRow } from '../store/scheduler-tables.ts';
import { sourceOf } from './source-of.ts';

/** Errors: `conflict` when another tool has the name a task wants to be published by, or another source that of them all, saying which. */
export async function requireFreeName(
  { stores, catalog, mayShowPublished }: Pick<Core, 'stores' | 'catalog' | 'mayShowPublished'>,
  { org, id }: Pick<TaskRow, 'org' | 'id'>,
  { publish_as: publish }: TaskDefinition,
): Promise<void> {
  if (!publish) return;
  const { name } = publish;
  const holder = await stores.tasks.findPublished(org, name);
  if (holder && holder.row.id !== id)
    throw taken(name, `the task "${holder.row.title}" (${holder.row.id}) is published by it`);
  const own = sourceOf(org);
  const other = catalog
    .items('tool')
    .find(
      (item) => item.name === name && item.source !== own && (item.org === undefined || item.org === org),
    );
  if (other) throw taken(name, `it is the tool "${other.originalName}" of "${other.source}"`);
  if (mayShowPublished(org)) return;
  throw new SignalboxError(
    'conflict',
    `the task cannot be published: pipelines are the source "${own}", and another source has that name; remove or rename it first`,
  );
}

function taken(name: string, by: string): SignalboxError {
  return new SignalboxError(
    'conflict',
    `the task cannot be published as "${name}", for ${by}; choose another name`,
  );
}
