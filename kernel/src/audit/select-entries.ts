import type { AuditFilter, AuditQuery, AuditSelection } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { AuditRow, AuditTables } from './audit-tables.ts';

/** The column each filter compares with; two look for something in a list. */
const columns = {
  actor: 'actor',
  actorType: 'actor_type',
  level: 'level',
  onBehalfOf: 'on_behalf_of',
  client: 'client',
  clientVersion: 'client_version',
  clientId: 'client_id',
  method: 'auth_method',
  credential: 'credential_id',
  interface: 'interface',
  address: 'address',
  action: 'action',
  kind: 'kind',
  target: 'target',
  view: 'view',
  via: 'via',
  upstream: 'upstream',
  originalName: 'original_name',
  definition: 'definition_hash',
  argsHash: 'args_hash',
  effect: 'effect',
  reason: 'reason',
  policy: 'policy_version',
  rule: 'rules',
  approval: 'approval_id',
  outcome: 'outcome',
  code: 'code',
  phase: 'phase',
  call: 'call_id',
  trace: 'trace_id',
  span: 'span_id',
  node: 'node',
} as const satisfies { readonly [filter in AuditFilter]: keyof AuditRow };

type Column = (typeof columns)[AuditFilter];

interface Condition {
  readonly column: Column;
  readonly value: string;
  /** True where the value stands somewhere in the JSON text of a list. */
  readonly isWithin: boolean;
}

/** Selects a page of entries, newest first. Errors: those of the store. */
export async function selectEntries(database: Database, query: AuditQuery): Promise<readonly AuditRow[]> {
  let select = database.queries<AuditTables>().selectFrom('audit_entries').selectAll();
  select = select.where('org', '=', query.org);
  if (query.sinceAt !== undefined) select = select.where('at', '>=', query.sinceAt);
  if (query.untilAt !== undefined) select = select.where('at', '<', query.untilAt);
  if (query.before !== undefined) select = select.where('id', '<', query.before);
  const find = database.dialect === 'sqlite' ? 'instr' : 'strpos';
  for (const { column, value, isWithin } of conditionsOf(query)) {
    if (isWithin) select = select.where((on) => on.fn<number>(find, [on.ref(column), on.val(value)]), '>', 0);
    else select = select.where(column, '=', value);
  }
  return select.orderBy('id', 'desc').limit(query.limit).execute();
}

/** True when a row is one of those selected. */
export function isSelected(row: AuditRow, selection: AuditSelection): boolean {
  const { org, sinceAt, untilAt } = selection;
  if (row.org !== org || (sinceAt !== undefined && row.at < sinceAt)) return false;
  if (untilAt !== undefined && row.at >= untilAt) return false;
  return conditionsOf(selection).every(({ column, value, isWithin }) =>
    isWithin ? (row[column] ?? '').includes(value) : row[column] === value,
  );
}

function conditionsOf(selection: AuditSelection): Condition[] {
  const conditions: Condition[] = [];
  for (const [filter, column] of Object.entries(columns) as [AuditFilter, Column][]) {
    const given = selection[filter];
    if (given === undefined) continue;
    // No store keeps U+0000, so nothing stored has it.
    const value = given.replaceAll('\0', '\u{fffd}');
    if (filter === 'onBehalfOf')
      conditions.push({ column, value: `"id":${JSON.stringify(value)}`, isWithin: true });
    else if (filter === 'rule') conditions.push({ column, value: JSON.stringify(value), isWithin: true });
    else conditions.push({ column, value, isWithin: false });
  }
  return conditions;
}
