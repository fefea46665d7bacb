import type { JsonObject } from './json.ts';
import type { Viewer } from './principal.ts';
import { defineService } from './service-token.ts';

/** A call that waits, as those see it who may answer it. Times are UTC milliseconds. */
export interface AwaitedCall {
  readonly id: string;
  /** Who made it, and on whose behalf, outermost first. */
  readonly chain: readonly { readonly kind: string; readonly id: string }[];
  /** As the caller named it. */
  readonly target: string;
  /** The rules that want it approved. */
  readonly rules: readonly string[];
  /** What it would be made with. */
  readonly args: JsonObject;
  readonly askedAt: number;
  readonly expiresAt: number;
}

/** An answer to a call that waits. */
export interface CallAnswer {
  readonly isApproved: boolean;
  /** Told to who made the call. */
  readonly reason?: string;
}

/** Where people answer the calls that wait; who may answer one is decided here, whichever way they come. */
export interface ApprovalAnswers {
  /** The calls that wait and this viewer may answer, oldest first; none for who may answer no calls. */
  readonly listFor: (viewer: Viewer, limit: number) => Promise<readonly AwaitedCall[]>;
  /** The one of this id, when it waits and this viewer may answer it. */
  readonly findFor: (viewer: Viewer, approvalId: string) => Promise<AwaitedCall | undefined>;
  /**
   * Answers one. Errors: `unauthenticated`, `insufficient_scope` and `forbidden` for who may not, `not_found`, `conflict` when it
   * waits no more or the rules have changed.
   */
  readonly answerFor: (viewer: Viewer, approvalId: string, answer: CallAnswer) => Promise<void>;
}

/** The extension that keeps approvals offers this. */
export const approvalAnswers = defineService<ApprovalAnswers>('approval-answers', { inProcess: true });
