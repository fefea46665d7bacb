import type { UpstreamAccount } from '@signalbox/sdk';

/** Names one account at one upstream, as rows do. */
export interface AccountKey {
  readonly org: string;
  readonly upstream: string;
  /** `user:ID` or `service:ID`; empty for the account of the organization. */
  readonly subject: string;
}

/** The key of an account. */
export function keyOf(upstream: string, { org, subject }: UpstreamAccount): AccountKey {
  return { org, upstream, subject: subject ? `${subject.kind}:${subject.id}` : '' };
}

/** The account of a key. */
export function accountOf({ org, subject }: AccountKey): UpstreamAccount {
  if (subject === '') return { org };
  const [kind = '', ...id] = subject.split(':');
  return { org, subject: { kind: kind === 'service' ? 'service' : 'user', id: id.join(':') } };
}

/** The key as one text, for maps. */
export function textOfKey({ org, upstream, subject }: AccountKey): string {
  return JSON.stringify([org, upstream, subject]);
}
