import { createHash } from 'node:crypto';

/** What stands in rows for the address tokens are for: the address itself may hold a secret in its query. */
export function hashUrl(url: string): string {
  return createHash('sha256').update(url).digest('base64url');
}
