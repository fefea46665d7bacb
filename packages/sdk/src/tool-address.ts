import type { CatalogReader } from './catalog.ts';
import type { Viewer } from './principal.ts';

/**
 * The name a tool of a pipeline has in the whole catalog: as it is written, or, for an address such as `weather-mcp.forecast`, that of
 * the tool `forecast` of the upstream or extension `weather-mcp`. What is not found is given back as it is.
 */
export function toolAddress(catalog: CatalogReader, tool: string, viewer: Viewer): string {
  const dotted = /^([^.]+)\.(.+)$/.exec(tool);
  if (!dotted) return tool;
  const [, source = '', originalName = ''] = dotted;
  const prefixed = `${source}__${originalName}`;
  if (catalog.findTool('all', prefixed, viewer)) return prefixed;
  const item = catalog
    .items('tool')
    .find((each) => each.source === source && each.originalName === originalName);
  return item?.name ?? tool;
}
