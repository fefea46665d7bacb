import { hash } from 'node:crypto';

/** How ids that are worth something to a thief stand in the store: SHA-256, base64url. They are random, so no salt is needed. */
export function hashId(id: string): string {
  return hash('sha256', id, 'base64url');
}
