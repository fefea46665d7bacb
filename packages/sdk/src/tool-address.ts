import type { CatalogReader } from './catalog.ts';
import type { Viewer } from './principal.ts';

/**
 * The name a tool of a pipeline has in the whole catalog. `upstream.tool` is how addresses of tools are often written, and the same
 * as `upstream__tool`; a tool that has a dot in its own name wins.
 */
export function toolAddress(catalog: CatalogReader, tool: string, viewer: Viewer): string {
  const dotted = /^([^.]+)\.(.+)$/.exec(tool);
  if (!dotted || catalog.findTool('all', tool, viewer)) return tool;
  return `${dotted[1]}__${dotted[2]}`;
}
