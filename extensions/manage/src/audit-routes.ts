import { listAudit } from '@signalbox/api';
import { type AuditQuery, type AuditReader, type Routes, route } from '@signalbox/sdk';

/** Serves what happened to the calls of the administrator's own organization, newest first. */
export function provideAuditRoutes(routes: Routes, audit: AuditReader): void {
  routes.provide(
    route({
      ...listAudit,
      handle: async ({ query, principal }) => {
        const { since, until, limit, ...filters } = query;
        const items = await audit.query({
          org: principal.org,
          ...withoutUndefined({ ...filters, sinceAt: since, untilAt: until }),
          limit,
        });
        const last = items.at(-1);
        return {
          items: [...items],
          ...(last && items.length === limit ? { nextCursor: last.id } : {}),
          dropped: audit.droppedCount(),
        };
      },
    }),
  );
}

type Filters = { readonly [name in keyof Omit<AuditQuery, 'org' | 'limit'>]: AuditQuery[name] | undefined };

function withoutUndefined({ principal, target, source, outcome, sinceAt, untilAt, before }: Filters) {
  return {
    ...(principal === undefined ? {} : { principal }),
    ...(target === undefined ? {} : { target }),
    ...(source === undefined ? {} : { source }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(sinceAt === undefined ? {} : { sinceAt }),
    ...(untilAt === undefined ? {} : { untilAt }),
    ...(before === undefined ? {} : { before }),
  };
}
