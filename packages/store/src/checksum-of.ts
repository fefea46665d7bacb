import { createHash } from 'node:crypto';

/** Fingerprint of a migration's text (sha256, hex); line endings do not count, for checkouts differ in them. */
export function checksumOf(sql: string): string {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
}
