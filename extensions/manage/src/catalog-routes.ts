import {
  getPrompt,
  getResource,
  getTemplate,
  getTool,
  listPrompts,
  listResources,
  listTemplates,
  listTools,
} from '@signalbox/api';
import {
  type CatalogItem,
  type CatalogReader,
  type ListKind,
  type Principal,
  type Routes,
  route,
  SignalboxError,
} from '@signalbox/sdk';
import { toDetail, toEntry } from './catalog-entry.ts';
import { matchesSearch } from './match-search.ts';
import { pageByKey, sortByKey } from './page.ts';

type ListDescription = typeof listTools | typeof listResources | typeof listTemplates | typeof listPrompts;
type DetailDescription = typeof getTool | typeof getResource | typeof getTemplate | typeof getPrompt;

/** Serves the whole catalog, unavailable entries included, with their reason. */
export function provideCatalogRoutes(routes: Routes, catalog: CatalogReader): void {
  const pairs: readonly [ListKind, ListDescription, DetailDescription][] = [
    ['tool', listTools, getTool],
    ['resource', listResources, getResource],
    ['template', listTemplates, getTemplate],
    ['prompt', listPrompts, getPrompt],
  ];
  for (const [kind, list, detail] of pairs) {
    provideList(routes, catalog, kind, list);
    provideDetail(routes, catalog, kind, detail);
  }
}

function provideList(
  routes: Routes,
  catalog: CatalogReader,
  kind: ListKind,
  description: ListDescription,
): void {
  routes.provide(
    route({
      ...description,
      handle: ({ query, principal }) => {
        const found = catalog
          .items(kind, query.view)
          .filter((item) => isFor(item, principal))
          .filter((item) => query.source === undefined || item.source === query.source)
          .filter((item) => query.search === undefined || matchesSearch(item, query.search));
        const page = pageByKey(sortByKey(found, nameOf), nameOf, query);
        return { ...page, items: page.items.map(toEntry) };
      },
    }),
  );
}

function provideDetail(
  routes: Routes,
  catalog: CatalogReader,
  kind: ListKind,
  description: DetailDescription,
): void {
  routes.provide(
    route({
      ...description,
      handle: ({ params, query, principal }) => {
        const item = catalog
          .items(kind, query.view)
          .find((candidate) => candidate.name === params.name && isFor(candidate, principal));
        if (item) return toDetail(item);
        throw new SignalboxError(
          'not_found',
          `no ${kind} is named "${params.name}"; see "signalbox ${kind === 'template' ? 'resource' : kind} ls"`,
        );
      },
    }),
  );
}

/** What belongs to another organization is not there. */
function isFor({ org }: CatalogItem, principal: Principal): boolean {
  return org === undefined || org === principal.org;
}

function nameOf(item: { readonly name: string }): string {
  return item.name;
}
