import { hubOrganization } from '@signalbox/policy';
import type { ViewName } from '@signalbox/sdk';
import type { EndpointSettings } from '../config/core-settings.ts';
import { selectEntries } from './endpoint-selection.ts';
import { type Naming, nameEntries, sharedUri } from './name-entries.ts';
import { prefixedName } from './public-name.ts';
import type { CatalogEntry, Source } from './source.ts';
import { View, type ViewEntry } from './view.ts';

/**
 * Builds every view from the sources; the same sources give the same names in any order of arrival. `searchFront` is
 * what endpoints with `disclosure: search` list instead of their tools.
 */
export function buildViews(
  sources: readonly Source[],
  endpoints: { readonly [name: string]: EndpointSettings },
  searchFront: readonly ViewEntry[],
): ReadonlyMap<ViewName, View> {
  const ordered = [...sources].sort((a, b) => (a.id < b.id ? -1 : 1));
  const entries = ordered.flatMap((source) => source.entries);
  const views: View[] = [new View('all', nameEntries(entries, prefixedNames))];
  for (const source of ordered) {
    if (source.spec.kind !== 'upstream') continue;
    views.push(
      new View(`upstream:${source.id}`, nameEntries(source.entries, originalNames), { passThrough: source }),
    );
  }
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const chosen = selectEntries(entries, endpoint);
    const naming = endpoint.naming === 'plain' ? plainNames(chosen) : prefixedNames;
    const front = endpoint.disclosure === 'search' ? searchFront : [];
    const reserved = front.map(({ publicName }) => publicName);
    views.push(new View(`endpoint:${name}`, nameEntries(chosen, naming, reserved), { front }));
  }
  return new Map(views.map((view) => [view.name, view]));
}

const originalNames: Naming = (entry) => entry.originalName;

const prefixedNames: Naming = (entry) => {
  if (!isNamed(entry)) return sharedUri(entry);
  return isPrefixed(entry) ? prefixedName(entry.source.id, entry.originalName) : entry.originalName;
};

/** Plain names are those of the hub; what belongs to one of its other organizations must not take one from anybody. */
function isPrefixed({ source }: CatalogEntry): boolean {
  const { kind, org = hubOrganization } = source.spec;
  return kind === 'upstream' || org !== hubOrganization;
}

/** Original names where only one source has them; those that are shared stay prefixed for all. */
function plainNames(entries: readonly CatalogEntry[]): Naming {
  const count = new Map<string, number>();
  for (const { kind, originalName } of entries) {
    const key = `${kind}\0${originalName}`;
    count.set(key, (count.get(key) ?? 0) + 1);
  }
  return (entry) =>
    isNamed(entry) && count.get(`${entry.kind}\0${entry.originalName}`) === 1
      ? entry.originalName
      : prefixedNames(entry);
}

function isNamed({ kind }: CatalogEntry): boolean {
  return kind === 'tool' || kind === 'prompt';
}
