import type { Level } from '@signalbox/sdk';
import { isListed } from '../call/authorize.ts';
import type { View } from '../catalog/view.ts';
import type { SearchableTool } from './tool-document.ts';
import { ToolIndex } from './tool-index.ts';

/** Makes an index; a test counts how often. */
export type BuildIndex = (tools: readonly SearchableTool[]) => ToolIndex<SearchableTool>;

/**
 * One index for each view and level, built when somebody searches there first and gone with its view. Levels have
 * indexes of their own because a word's worth depends on all that is indexed: with one for all, the scores would tell
 * of tools the caller may not see.
 */
export class ToolIndexes {
  readonly #build: BuildIndex;
  readonly #byView = new WeakMap<View, Map<Level, ToolIndex<SearchableTool>>>();

  constructor(build: BuildIndex = (tools) => new ToolIndex(tools)) {
    this.#build = build;
  }

  /** The index of what a view lets this level call now. A view is swapped whole when anything of that changes. */
  of(view: View, level: Level): ToolIndex<SearchableTool> {
    const byLevel = this.#byView.get(view) ?? new Map<Level, ToolIndex<SearchableTool>>();
    this.#byView.set(view, byLevel);
    const known = byLevel.get(level);
    if (known) return known;
    const visible = view.callableTools().filter(({ entry }) => isListed(entry, level));
    const fresh = this.#build(
      visible.map(({ entry, publicName, definition }) => ({
        name: publicName,
        originalName: entry.originalName,
        source: entry.source.id,
        definition,
      })),
    );
    byLevel.set(level, fresh);
    return fresh;
  }
}
