import { storeError } from '@signalbox/store';

/** Which way a statement takes: to the connection that reads, or into a group commit. */
export type StatementWay = 'read' | 'write';

/**
 * Decides by the first word of a text, so a mistake can only cost speed: the reader refuses to write.
 * Throws `unsupported` for what would end, escape or reconfigure a transaction that others share.
 */
export function wayOfStatement(sql: string): StatementWay {
  const word = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*([a-z]+)/i.exec(sql)?.[1]?.toLowerCase() ?? '';
  if (readWords.has(word)) return 'read';
  if (writeWords.has(word)) return 'write';
  throw storeError(
    'unsupported',
    `a statement may not start with "${word}" here; use queries, transaction() and migrate() of the store`,
  );
}

const readWords = new Set(['select', 'values', 'explain']);
// `with` may precede a write, and the writer can read as well.
const writeWords = new Set([
  'insert',
  'replace',
  'update',
  'delete',
  'with',
  'create',
  'alter',
  'drop',
  'analyze',
]);
