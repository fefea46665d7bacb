import { createHash } from 'node:crypto';
import { type Level, type ListKind, levels, type ViewName } from '@signalbox/sdk';
import type { View } from './view.ts';

const listKinds: readonly ListKind[] = ['tool', 'resource', 'template', 'prompt'];

/** What the lists of one view showed at a moment: for each kind and each level, what becomes visible at that level. */
type ViewFingerprint = ReadonlyMap<string, string>;

/** What each list of each view showed at a moment; the states of sources go on changing after it. */
export type Fingerprints = ReadonlyMap<ViewName, ViewFingerprint>;

/** The lists of a view that changed, each with the lowest level that can see it. */
export interface ViewChange {
  readonly view: ViewName;
  readonly changed: { readonly [kind in ListKind]?: Level };
}

/** Takes down what every list shows now, and to whom. */
export function takeFingerprints(views: ReadonlyMap<ViewName, View>): Fingerprints {
  return new Map([...views].map(([name, view]) => [name, fingerprint(view)]));
}

/** What changed in each view; a view that came or went changed in all it showed. */
export function changesBetween(before: Fingerprints, after: Fingerprints): ViewChange[] {
  const names = [...new Set([...after.keys(), ...before.keys()])];
  const changes = names.map((view) => ({ view, changed: changeOf(before.get(view), after.get(view)) }));
  return changes.filter(({ changed }) => Object.keys(changed).length > 0);
}

function changeOf(
  before: ViewFingerprint | undefined,
  after: ViewFingerprint | undefined,
): ViewChange['changed'] {
  const changed: { [kind in ListKind]?: Level } = {};
  for (const kind of listKinds) {
    const lowest = levels.find((level) => before?.get(keyOf(kind, level)) !== after?.get(keyOf(kind, level)));
    if (lowest !== undefined) changed[kind] = lowest;
  }
  return changed;
}

function fingerprint(view: View): ViewFingerprint {
  const hashes = new Map<string, ReturnType<typeof createHash>>();
  for (const kind of listKinds) {
    for (const { definition, entry } of view.list(kind)) {
      if (entry.source.state.status === 'unavailable') continue;
      const key = keyOf(kind, entry.minLevel);
      const hash = hashes.get(key) ?? createHash('sha256');
      hashes.set(key, hash.update(`${JSON.stringify(definition)}\n`));
    }
  }
  return new Map([...hashes].map(([key, hash]) => [key, hash.digest('base64')]));
}

function keyOf(kind: ListKind, level: Level): string {
  return `${kind} ${level}`;
}
