import { type ApprovalItem, approveCall, getApproval, listApprovals, refuseCall } from '@signalbox/api';
import { effectiveLevel, type Routes, route } from '@signalbox/sdk';
import type { Desk } from './approval-desk.ts';
import type { ApprovalRecord } from './approval-record.ts';
import type { ApprovalStore } from './approval-store.ts';

/** Serves approvals of the caller's own organization. */
export function provideApprovalRoutes(
  routes: Routes,
  { desk, store }: { desk: Desk; store: ApprovalStore },
): void {
  routes.provide(
    route({
      ...listApprovals,
      handle: async ({ query: { state, before, limit }, principal }) => {
        const records = await store.list({ org: principal.org, state, before, limit });
        const last = records.at(-1);
        const more = last && records.length === limit ? { nextCursor: last.id } : {};
        return { items: records.map(toItem), ...more };
      },
    }),
  );
  routes.provide(
    route({
      ...getApproval,
      handle: async ({ params: { id }, principal }) => {
        const record = await desk.get(principal.org, id);
        return { ...toItem(record), arguments: await store.argumentsOf(record) };
      },
    }),
  );
  for (const [description, state] of [
    [approveCall, 'approved'],
    [refuseCall, 'refused'],
  ] as const)
    routes.provide(
      route({
        ...description,
        handle: async ({ params: { id }, body: { reason }, principal, interface: through }) => {
          const answerer = { by: principal, level: effectiveLevel(principal, through) };
          return toItem(await desk.answer(answerer, id, { state, reason }));
        },
      }),
    );
}

function toItem({
  org: _org,
  key: _key,
  policyVersion: _version,
  chain,
  rules,
  ...rest
}: ApprovalRecord): ApprovalItem {
  const [requester = { kind: '', id: '' }, ...onBehalfOf] = chain;
  return {
    ...rest,
    requester: { ...requester },
    onBehalfOf: onBehalfOf.map((each) => ({ ...each })),
    rules: [...rules],
  };
}
