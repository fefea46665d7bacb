import type { CallChannels, CallKind, EntryIdentity } from './call.ts';
import type { JsonObject } from './json.ts';
import type { Level, Principal } from './principal.ts';
import { defineService } from './service-token.ts';

/** A call that somebody has to approve. */
export interface ApprovalQuestion {
  readonly callId: string;
  readonly principal: Principal;
  readonly interface: string;
  /** The effective level of the call. */
  readonly level: Level;
  readonly kind: CallKind;
  /** As the caller named it. */
  readonly target: string;
  readonly identity: EntryIdentity;
  /** SHA-256 of the definition the caller saw, base64url. */
  readonly definitionHash: string;
  readonly args: JsonObject;
  /** The rules that want it. */
  readonly rules: readonly string[];
  readonly policyVersion: string;
  /** For a further round of a call that was approved: what {@link ApprovalDesk.letContinue} gave for it. */
  readonly continuation?: string;
}

/** Where calls wait for somebody's word. */
export interface ApprovalDesk {
  /**
   * Resolves when the call was approved, once for one approval. Errors: `forbidden` when it was refused or nobody
   * answered in time, `unauthenticated` when the caller's credential ended first, `cancelled`, `overloaded`, and `approval_required` (with `details.approvalId`) for a caller who
   * cannot wait (no {@link CallChannels.approval}): the same call made again uses the approval.
   */
  readonly obtain: (
    question: ApprovalQuestion,
    channels: CallChannels | undefined,
    signal: AbortSignal,
  ) => Promise<{ readonly approvalId: string; readonly approvedBy: string }>;
  /**
   * For an approved call that ended with questions: what its next round has to bring, so that the approval counts for
   * that round, too. Good once, and only for the latest that was given.
   */
  readonly letContinue: (org: string, approvalId: string) => Promise<string>;
}

/** The extension that keeps approvals offers this; without it what needs an approval is refused. */
export const approvalDesk = defineService<ApprovalDesk>('approval-desk', { inProcess: true });
