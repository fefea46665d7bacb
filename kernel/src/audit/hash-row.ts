import { hash } from 'node:crypto';
import type { AuditDraft, AuditRow } from './audit-tables.ts';

/** The columns an entry's hash is over, in this order; a change of them is a new version of the form. */
export const hashedColumns = [
  'v',
  'org',
  'node',
  'seq',
  'prev_hash',
  'id',
  'at',
  'phase',
  'call_id',
  'actor_type',
  'actor',
  'level',
  'on_behalf_of',
  'client',
  'client_version',
  'client_id',
  'auth_method',
  'credential_id',
  'amr',
  'interface',
  'address',
  'action',
  'kind',
  'target',
  'view',
  'via',
  'upstream',
  'original_name',
  'definition_hash',
  'args_hash',
  'args',
  'effect',
  'reason',
  'policy_version',
  'rules',
  'approval_id',
  'outcome',
  'code',
  'bytes_in',
  'bytes_out',
  'duration_us',
  'trace_id',
  'span_id',
] as const satisfies readonly (keyof AuditRow)[];

/** Where an entry stands in its chain. */
export interface ChainPlace {
  readonly node: string;
  readonly seq: number;
  /** Hash of the entry before; empty for the first. */
  readonly prev_hash: string;
}

/** The entry's hash: SHA-256 of its columns as one JSON array, which has one spelling only (text, integers, null). */
export function hashRow(row: AuditDraft & ChainPlace): string {
  const values: (string | number | null)[] = [];
  for (const column of hashedColumns) values.push(row[column]);
  return hash('sha256', JSON.stringify(values), 'base64url');
}
