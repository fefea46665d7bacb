import type { Principal, UpstreamAccount } from '@signalbox/sdk';

/**
 * The account a principal has at upstreams: its own. One that acts for another never uses the other's, and whoever it acts
 * for never gets more than it has. Extensions and those nobody knows have none.
 */
export function accountOf({ kind, id, org }: Principal): UpstreamAccount | undefined {
  return kind === 'user' || kind === 'service' ? { org, subject: { kind, id } } : undefined;
}

/** Tells accounts apart. */
export function accountKey({ org, subject }: UpstreamAccount): string {
  return JSON.stringify(subject ? [org, subject.kind, subject.id] : [org]);
}
