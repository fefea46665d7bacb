import { makePlan } from '@signalbox/pipeline';
import { calendarZones as zones } from '@signalbox/schedule';
import { isJsonObject, SignalboxError, type TaskDefinition, toolAddress, type Viewer } from '@signalbox/sdk';
import type { Core } from '../core.ts';

/**
 * A dry run calls what only reads, so nobody may say so of a pipeline that does more. Errors: `invalid_params` naming what the pipeline
 * calls that does not only read.
 */
export function requireHonestHints(
  { catalog }: Pick<Core, 'catalog'>,
  viewer: Viewer,
  { payload, publish_as: publish }: TaskDefinition,
): void {
  if (publish?.annotations?.readOnlyHint !== true) return;
  const { tools, tasks } = makePlan(payload, { zones });
  const items = catalog.items('tool');
  const doesMore = tools.find((tool) => {
    const address = toolAddress(catalog, tool, viewer);
    const annotations = items.find(({ name }) => name === address)?.definition['annotations'];
    return !isJsonObject(annotations) || annotations['readOnlyHint'] !== true;
  });
  const called = doesMore ?? tasks[0];
  if (called === undefined) return;
  throw new SignalboxError(
    'invalid_params',
    `the task cannot be published with "readOnlyHint", for its pipeline calls "${called}", which may do more than read`,
  );
}
