import { createHash } from 'node:crypto';
import type { ListKind, ViewName } from '@signalbox/sdk';
import type { View } from './view.ts';

const listKinds: readonly ListKind[] = ['tool', 'resource', 'template', 'prompt'];

/** What each list of each view showed at a moment; the states of sources go on changing after it. */
export type Fingerprints = ReadonlyMap<ViewName, readonly string[]>;

/** Takes down what every list shows now, and to whom. */
export function takeFingerprints(views: ReadonlyMap<ViewName, View>): Fingerprints {
  return new Map([...views].map(([name, view]) => [name, listKinds.map((kind) => fingerprint(view, kind))]));
}

/** The kinds that changed in each view; a view that came or went changed in all it showed. */
export function changesBetween(
  before: Fingerprints,
  after: Fingerprints,
): { readonly view: ViewName; readonly kinds: readonly ListKind[] }[] {
  const names = [...new Set([...after.keys(), ...before.keys()])];
  const changes = names.map((view) => ({
    view,
    kinds: listKinds.filter(
      (_, index) => (before.get(view)?.[index] ?? '') !== (after.get(view)?.[index] ?? ''),
    ),
  }));
  return changes.filter(({ kinds }) => kinds.length > 0);
}

function fingerprint(view: View, kind: ListKind): string {
  const shown = view.list(kind).filter(({ entry }) => entry.source.state.status !== 'unavailable');
  if (shown.length === 0) return '';
  const hash = createHash('sha256');
  for (const { definition, entry } of shown) hash.update(`${entry.minLevel} ${JSON.stringify(definition)}\n`);
  return hash.digest('base64');
}
