import type { Principal } from '@signalbox/sdk';

/** Names a principal, for what is counted or kept by principal; two are the same when kind, organization and id are. */
export function principalKey({ org, kind, id }: Principal): string {
  return JSON.stringify([org, kind, id]);
}
