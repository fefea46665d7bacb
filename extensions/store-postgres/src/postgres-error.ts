import { isSignalboxError, type SignalboxError } from '@signalbox/sdk';
import { type StoreFailureReason, storeError } from '@signalbox/store';

/** Makes the store's error from what `pg` threw; the server's detail is left out, for it holds row values. */
export function toPostgresError(error: unknown): SignalboxError {
  if (isSignalboxError(error)) return error;
  const { code, message, table, constraint } = fieldsOf(error);
  if (code === '23505' || code === '23503')
    return storeError(
      'conflict',
      `a row like it is there already, or one it names is not: constraint "${constraint}" of table "${table}"`,
    );
  const reason = reasonOf(code, message);
  // Class 22 (data exception) quotes the value in its message.
  const text = code.startsWith('22') ? `PostgreSQL refused a value (${code})` : message;
  return storeError(reason, `${adviceFor[reason] ?? 'the store refused a statement'}: ${text}`);
}

/** True for what the server has said itself: the connection is as good as before. */
export function isServerError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'severity' in error;
}

function reasonOf(code: string, message: string): StoreFailureReason {
  const exact = reasonsByCode[code];
  if (exact !== undefined) return exact;
  if (/query read timeout/i.test(message)) return 'timeout';
  // `pg` gives errors of its own no SQLSTATE, and those of the socket a name such as ECONNREFUSED.
  if (!/^[0-9A-Z]{5}$/.test(code)) return 'connection';
  return reasonsByClass[code.slice(0, 2)] ?? 'statement';
}

function fieldsOf(error: unknown): { code: string; message: string; table: string; constraint: string } {
  const fields: { readonly [name: string]: unknown } =
    typeof error === 'object' && error !== null ? { ...error } : {};
  const text = (name: string): string => (typeof fields[name] === 'string' ? fields[name] : '');
  // A refused connection to several addresses has its texts one level down.
  const inner = error instanceof AggregateError ? error.errors[0] : error;
  const message = inner instanceof Error ? inner.message : String(inner);
  return { code: text('code'), message, table: text('table'), constraint: text('constraint') };
}

// postgresql.org/docs/15/errcodes-appendix.html
const reasonsByCode: { readonly [code: string]: StoreFailureReason } = {
  '25006': 'readonly',
  '25P03': 'timeout',
  '40001': 'busy',
  '40P01': 'busy',
  '53100': 'full',
  '55P03': 'busy',
  '57014': 'timeout',
  XX001: 'corrupt',
  XX002: 'corrupt',
};

const reasonsByClass: { readonly [start: string]: StoreFailureReason } = {
  '08': 'connection',
  '28': 'connection',
  '3D': 'connection',
  '53': 'overloaded',
  '57': 'connection',
  '58': 'io',
};

const adviceFor: { readonly [reason in StoreFailureReason]?: string } = {
  busy: 'another transaction was in the way; try again',
  connection: 'the store cannot reach PostgreSQL; check that it runs and that the url is right',
  corrupt: 'PostgreSQL found damaged data; restore a backup',
  full: 'the disk of PostgreSQL is full; free space on it',
  io: 'PostgreSQL could not read or write its files',
  overloaded: 'PostgreSQL is out of memory or connections',
  readonly: 'PostgreSQL is read-only; connect to the primary',
  timeout: 'a statement or transaction took longer than it may',
};
