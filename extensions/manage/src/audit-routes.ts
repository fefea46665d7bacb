import { exportAudit, followAudit, listAudit, verifyAudit } from '@signalbox/api';
import {
  type AuditFilter,
  type AuditReader,
  type AuditSelection,
  auditFilters,
  type Clock,
  type Routes,
  route,
} from '@signalbox/sdk';
import { followLines } from './follow-lines.ts';
import { toOcsf } from './to-ocsf.ts';

/** What the routes of the audit work with. */
export interface AuditRouteParts {
  readonly audit: AuditReader;
  readonly clock: Clock;
}

/** Serves what happened to the calls of the caller's own organization. */
export function provideAuditRoutes(routes: Routes, { audit, clock }: AuditRouteParts): void {
  routes.provide(
    route({
      ...listAudit,
      handle: async ({ query, principal: { org } }) => {
        const { since, until, before, limit, ...filters } = query;
        const selection = { ...selectionOf(org, filters), ...timesOf({ since, until }) };
        const items = await audit.query({ ...selection, ...(before === undefined ? {} : { before }), limit });
        const last = items.at(-1);
        return {
          items: [...items],
          ...(last && items.length === limit ? { nextCursor: last.id } : {}),
          dropped: audit.droppedCount(),
        };
      },
    }),
  );
  routes.provide(
    route({
      ...followAudit,
      handle: async ({ query, principal: { org }, signal }) => ({
        stream: followLines((ended) => audit.follow(selectionOf(org, query), ended), { clock, signal }),
      }),
    }),
  );
  routes.provide(
    route({
      ...exportAudit,
      handle: async ({ query: { format, ...times }, principal: { org } }) => {
        const lines = audit.exportLines({ org, ...timesOf(times) });
        return { stream: format === 'ocsf' ? toOcsfLines(lines) : lines };
      },
    }),
  );
  routes.provide(route({ ...verifyAudit, handle: async ({ principal: { org } }) => audit.verify(org) }));
}

async function* toOcsfLines(
  lines: ReturnType<AuditReader['exportLines']>,
): AsyncGenerator<ReturnType<typeof toOcsf>> {
  for await (const line of lines) if (line.type === 'entry') yield toOcsf(line);
}

type Given = { readonly [filter in AuditFilter]?: string | undefined };

function selectionOf(org: string, given: Given): AuditSelection {
  const filters = (Object.keys(auditFilters) as AuditFilter[]).flatMap((filter) =>
    given[filter] === undefined ? [] : [[filter, given[filter]] as const],
  );
  return { org, ...Object.fromEntries(filters) };
}

function timesOf({ since, until }: { since?: number | undefined; until?: number | undefined }) {
  return {
    ...(since === undefined ? {} : { sinceAt: since }),
    ...(until === undefined ? {} : { untilAt: until }),
  };
}
