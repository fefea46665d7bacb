import type { Redact } from '@signalbox/sdk';
import type { AuditDraft } from '../audit/audit-tables.ts';

/** The columns that hold what others have said, and how much of it is kept. */
const lengths = {
  actor: 256,
  on_behalf_of: 8_192,
  client: 140,
  client_version: 64,
  client_id: 512,
  credential_id: 256,
  amr: 256,
  address: 64,
  target: 256,
  view: 256,
  via: 256,
  upstream: 256,
  original_name: 256,
  args: 16_384,
  rules: 8_192,
  approval_id: 128,
  trace_id: 32,
  span_id: 16,
} as const satisfies { readonly [column in keyof AuditDraft]?: number };

type Column = keyof typeof lengths;
const columns = Object.keys(lengths) as readonly Column[];
// What is short altogether is short everywhere.
const shortest = Math.min(...Object.values(lengths));

/**
 * The draft as it may be kept: without secrets, in text a store can keep, of bounded length. What a caller says must
 * neither give a secret away nor cost others their entries.
 */
export function cleanDraft(redact: Redact, draft: AuditDraft): AuditDraft {
  if (isClean(redact, draft)) return draft;
  const cleaned: Partial<Record<Column, string>> = {};
  for (const column of columns) {
    const text = draft[column];
    if (text !== null) cleaned[column] = cleanText(redact, text, lengths[column]);
  }
  return { ...draft, ...cleaned };
}

/** One look at all texts together: nearly always there is nothing to do. */
function isClean(redact: Redact, draft: AuditDraft): boolean {
  let all = '';
  for (const column of columns) {
    const text = draft[column];
    if (text === null) continue;
    if (text.length > shortest && text.length > lengths[column]) return false;
    all += `${text}\n`;
  }
  return !all.includes('\0') && all.isWellFormed() && redact(all) === all;
}

/** Redacted before it is cut, for half a secret is no longer known as one. */
function cleanText(redact: Redact, text: string, maxLength: number): string {
  return redact(text).slice(0, maxLength).replaceAll('\0', '\u{fffd}').toWellFormed();
}
