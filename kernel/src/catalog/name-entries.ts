import type { JsonObject } from '@signalbox/sdk';
import { isReservedUri, prefixedName, prefixedTemplate, prefixedUri, saltedName } from './public-name.ts';
import { renamedBySource, renameToolPage } from './renamed-uris.ts';
import type { CatalogEntry } from './source.ts';
import type { ViewEntry } from './view.ts';

/** The name an entry would like to have in a view. */
export type Naming = (entry: CatalogEntry) => string;

/**
 * Gives every entry of a view a name of its own. The entries come in the order of their sources' ids; a name that
 * carries its source's prefix is never taken away by a plain one, of two plain ones the first keeps it, and what somebody of an
 * organization has named takes no name from what is everybody's. No tool is given a reserved name.
 */
export function nameEntries(
  entries: readonly CatalogEntry[],
  naming: Naming,
  reserved: readonly string[] = [],
): ViewEntry[] {
  const taken = new Set<string>(reserved.map((name) => `tool\0${name}`));
  const wishes = entries.map((entry) => ({ entry, wish: naming(entry) }));
  const isPrefixed = ({ entry, wish }: (typeof wishes)[number]): boolean =>
    wish.startsWith(`${entry.source.id}__`);
  const plain = wishes.filter((each) => !isPrefixed(each));
  const isOwned = ({ entry }: (typeof wishes)[number]): boolean => entry.target.org !== undefined;
  const ordered = [
    ...wishes.filter(isPrefixed),
    ...plain.filter((each) => !isOwned(each)),
    ...plain.filter(isOwned),
  ];
  const named = ordered.map(({ entry, wish }) => {
    const publicName = firstFree(entry, wish, taken);
    taken.add(`${entry.kind}\0${publicName}`);
    return { entry, publicName, definition: rename(entry, publicName) };
  });
  return renamePages(named);
}

/** A tool that is shown with a page of its source must name it as the view does. */
function renamePages(named: ViewEntry[]): ViewEntry[] {
  const renamed = renamedBySource(named);
  if (renamed.size === 0) return named;
  return named.map((each) => {
    const uris = each.entry.kind === 'tool' ? renamed.get(each.entry.source) : undefined;
    return uris ? { ...each, definition: renameToolPage(each.definition, uris) } : each;
  });
}

/** The URI of a resource where several sources meet: its own, unless an upstream's poses as one the hub made. */
export function sharedUri(entry: CatalogEntry): string {
  const { originalName, source } = entry;
  const isOfHub = source.spec.kind === 'extension' && source.spec.org === undefined;
  return isReservedUri(originalName) && !isOfHub ? ownUri(entry) : originalName;
}

function ownUri({ kind, source, originalName }: CatalogEntry): string {
  return kind === 'template'
    ? prefixedTemplate(source.id, originalName)
    : prefixedUri(source.id, originalName);
}

function firstFree(entry: CatalogEntry, wish: string, taken: ReadonlySet<string>): string {
  const isFree = (name: string): boolean => !taken.has(`${entry.kind}\0${name}`);
  if (isFree(wish)) return wish;
  const { source, originalName } = entry;
  const isNamed = entry.kind === 'tool' || entry.kind === 'prompt';
  const prefixed = isNamed ? prefixedName(source.id, originalName) : ownUri(entry);
  if (isFree(prefixed)) return prefixed;
  for (let salt = 1; ; salt++) {
    const name = saltedName(source.id, originalName, salt);
    if (isFree(name)) return name;
  }
}

function rename(entry: CatalogEntry, publicName: string): JsonObject {
  if (publicName === entry.originalName) return entry.definition;
  const member = { tool: 'name', prompt: 'name', resource: 'uri', template: 'uriTemplate' }[entry.kind];
  return { ...entry.definition, [member]: publicName };
}
