import { createHash } from 'node:crypto';
import { canonicalJson } from '@signalbox/protocol';
import type { ApprovalQuestion, Principal } from '@signalbox/sdk';

/** How far an approval has come; the last three are final, and an approved one can still be used once. */
export type ApprovalState = 'pending' | 'approved' | 'refused' | 'used' | 'expired';

/** A call that somebody has to approve, as it is kept. */
export interface ApprovalRecord {
  readonly org: string;
  readonly id: string;
  /** What it is good for: who calls what, as it is defined now, with which arguments, under which policy. */
  readonly key: string;
  readonly state: ApprovalState;
  /** Who made the call, who had it made, and on whose behalf, outermost first. */
  readonly chain: readonly { readonly kind: string; readonly id: string }[];
  readonly interface: string;
  readonly kind: string;
  readonly target: string;
  readonly source: string;
  readonly originalName: string;
  readonly rules: readonly string[];
  /** Of the policy that wants it. */
  readonly policyVersion: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly answeredBy?: string;
  readonly answeredAt?: number;
  readonly reason?: string;
}

/** What an approval is bound to, as one text. */
export function keyOf({
  principal,
  kind,
  identity,
  definitionHash,
  args,
  policyVersion,
}: ApprovalQuestion): string {
  const bound = [
    principal.org,
    chainOf(principal),
    kind,
    identity.source,
    identity.originalName,
    definitionHash,
    args,
    policyVersion,
  ];
  return createHash('sha256').update(canonicalJson(bound)).digest('base64url');
}

/** Who calls, who had it called, and on whose behalf. */
export function chainOf(principal: Principal): { kind: string; id: string }[] {
  const own = { kind: principal.kind, id: principal.id };
  const { onBehalfOf, orderedBy = [] } = principal;
  return [own, ...orderedBy, ...(onBehalfOf ? chainOf(onBehalfOf) : [])];
}
