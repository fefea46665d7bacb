import { createHash } from 'node:crypto';
import { hubOrganization } from '@signalbox/policy';

const base = 'pipelines';
const longest = 64;

/** The source of the catalog the published pipelines of an organization are in: with the name it is the identity rules know them by. */
export function sourceOf(org: string): string {
  if (org === hubOrganization) return base;
  const plain = `${base}-${org}`;
  if (plain.length <= longest && /[a-z0-9]$/.test(plain)) return plain;
  return `${plain.slice(0, longest - 9)}-${createHash('sha256').update(org).digest('hex').slice(0, 8)}`;
}
