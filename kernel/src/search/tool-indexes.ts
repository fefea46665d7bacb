import type { Viewer } from '@signalbox/sdk';
import type { Access } from '../access/access.ts';
import { isListed } from '../call/authorize.ts';
import type { View, ViewEntry } from '../catalog/view.ts';
import type { SearchableTool } from './tool-document.ts';
import { ToolIndex } from './tool-index.ts';

/** Makes an index; a test counts how often. */
export type BuildIndex = (tools: readonly SearchableTool[]) => ToolIndex<SearchableTool>;

// So many different sets of visible tools are searched in one view without building an index anew.
const maxIndexes = 16;

/**
 * One index for each set of tools somebody may see in a view, built when somebody searches it first and gone with its
 * view. Sets have indexes of their own because a word's worth depends on all that is indexed: with one for all, the scores
 * would tell of tools the caller may not see.
 */
export class ToolIndexes {
  readonly #access: Access;
  readonly #build: BuildIndex;
  readonly #byView = new WeakMap<View, Map<string, ToolIndex<SearchableTool>>>();

  constructor(access: Access, build: BuildIndex = (tools) => new ToolIndex(tools)) {
    this.#access = access;
    this.#build = build;
  }

  /** The index of what somebody may call in a view now. A view is swapped whole when anything of that changes. */
  of(view: View, viewer: Viewer): ToolIndex<SearchableTool> {
    const bySet = this.#byView.get(view) ?? new Map<string, ToolIndex<SearchableTool>>();
    this.#byView.set(view, bySet);
    const tools = view.callableTools();
    const visible = tools.filter(({ entry }) => isListed(this.#access, entry, viewer));
    const key =
      visible.length === tools.length ? 'all' : visible.map(({ publicName }) => publicName).join('\0');
    const index = bySet.get(key) ?? this.#build(visible.map(toSearchable));
    // The one that was not asked for longest goes first.
    bySet.delete(key);
    bySet.set(key, index);
    const [oldest] = bySet.keys();
    if (bySet.size > maxIndexes && oldest !== undefined) bySet.delete(oldest);
    return index;
  }
}

function toSearchable({ entry, publicName, definition }: ViewEntry): SearchableTool {
  return { name: publicName, originalName: entry.originalName, source: entry.source.id, definition };
}
