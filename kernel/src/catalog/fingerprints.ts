import { hash } from 'node:crypto';
import type { ChangedEntry, ListKind, ViewName } from '@signalbox/sdk';
import type { View, ViewEntry } from './view.ts';

const listKinds: readonly ListKind[] = ['tool', 'resource', 'template', 'prompt'];

/** What an entry of a list showed at a moment. */
interface EntryFingerprint {
  readonly hash: string;
  readonly entry: ChangedEntry;
}

/** What the lists of one view showed, by kind and by the name in the view. */
type ViewFingerprint = ReadonlyMap<ListKind, ReadonlyMap<string, EntryFingerprint>>;

/** What each list of each view showed at a moment; the states of sources go on changing after it. */
export type Fingerprints = ReadonlyMap<ViewName, ViewFingerprint>;

/** The lists of a view that changed, with the entries that did. */
export interface ViewChange {
  readonly view: ViewName;
  readonly changed: { readonly [kind in ListKind]?: readonly ChangedEntry[] };
}

/** Takes down what every list shows now. */
export function takeFingerprints(views: ReadonlyMap<ViewName, View>): Fingerprints {
  // The same definition is listed by several views, and hashed once.
  const hashes = new WeakMap<object, string>();
  return new Map([...views].map(([name, view]) => [name, fingerprint(view, hashes)]));
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
  const lists = listKinds.map((kind) => [kind, entriesBetween(before?.get(kind), after?.get(kind))] as const);
  return Object.fromEntries(lists.filter(([, entries]) => entries.length > 0));
}

/** Entries that went, came, or are others than before; of one that changed both what it was and what it is. */
function entriesBetween(
  before: ReadonlyMap<string, EntryFingerprint> = new Map(),
  after: ReadonlyMap<string, EntryFingerprint> = new Map(),
): ChangedEntry[] {
  const gone = [...before].filter(([name, was]) => !isSame(was, after.get(name)));
  const come = [...after].filter(([name, is]) => !isSame(is, before.get(name)));
  return [...gone, ...come].map(([, { entry }]) => entry);
}

function isSame(one: EntryFingerprint, other: EntryFingerprint | undefined): boolean {
  return one.hash === other?.hash && one.entry.minLevel === other.entry.minLevel;
}

function fingerprint(view: View, hashes: WeakMap<object, string>): ViewFingerprint {
  const lists = listKinds.map((kind) => {
    const shown = view.list(kind).filter(({ entry }) => entry.source.state.status !== 'unavailable');
    return [kind, new Map(shown.map((each) => [each.publicName, fingerprintOf(each, hashes)]))] as const;
  });
  return new Map(lists);
}

function fingerprintOf({ definition, entry }: ViewEntry, hashes: WeakMap<object, string>): EntryFingerprint {
  const known = hashes.get(definition) ?? hash('sha256', JSON.stringify(definition), 'base64');
  hashes.set(definition, known);
  return { hash: known, entry: entry.target };
}
