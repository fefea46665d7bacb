import type { AuditActor, AuditOutcome } from './audit.ts';
import type { ErrorCode } from './error-table.ts';
import type { JsonObject } from './json.ts';
import type { Level } from './principal.ts';
import { defineService } from './service-token.ts';

/** What an event is about, and what was done with it. */
export type AuditEventKind =
  | { readonly kind: 'session'; readonly action: 'sign-in' | 'sign-out' | 'end' }
  | { readonly kind: 'consent'; readonly action: 'allow' | 'refuse' }
  | { readonly kind: 'tokens'; readonly action: 'revoke' }
  | { readonly kind: 'client'; readonly action: 'register' }
  | { readonly kind: 'account'; readonly action: 'connect' | 'disconnect' | 'expire' }
  /** Who belongs where, and by which identity, other than by the management API. */
  | {
      readonly kind: 'membership';
      readonly action:
        | 'accept-invitation'
        | 'create-owner'
        | 'admit'
        | 'change-roles'
        | 'link-identity'
        | 'unlink-identity';
    }
  | { readonly kind: 'passkey'; readonly action: 'add' }
  /** A request to a webhook was not let in, or one that goes out was given up. */
  | { readonly kind: 'webhook'; readonly action: 'refuse' | 'disable' }
  /** What the runs of an organization may use up on a day is used up. */
  | { readonly kind: 'budget'; readonly action: 'use-up' }
  /** Something was changed by the management API; the action is the id of the route. */
  | { readonly kind: 'change'; readonly action: string };

/** Something that is no call and has to be told of: a sign-in, a consent, an account. No secret belongs in it. */
export type AuditEvent = AuditEventKind & {
  /** The organizations it concerns; each gets an entry of its own, and sees no other. */
  readonly orgs: readonly string[];
  readonly actor: Pick<AuditActor, 'type' | 'id'>;
  /** The level that was given, where one was. */
  readonly level?: Level;
  readonly onBehalfOf?: AuditActor;
  /** Whom or what it happened to. */
  readonly target: string;
  readonly upstream?: string;
  /** The way in: `browser`, `oauth`, `http`, or `hub` for what the hub does by itself. */
  readonly interface: 'browser' | 'oauth' | 'http' | 'hub';
  readonly address?: string | undefined;
  readonly client?: { readonly id: string; readonly name?: string };
  readonly auth?: {
    readonly method: string;
    /** Names a session without being it. */
    readonly credentialId?: string;
    readonly amr?: readonly string[];
  };
  /** Why, as one word of a closed set. */
  readonly reason?: string;
  /** What else is known. */
  readonly details?: JsonObject;
};

/** How something that has happened already, or was refused, has ended. */
export interface AuditEventEnd {
  readonly outcome: AuditOutcome;
  readonly code?: ErrorCode;
}

/** Writes events into the audit, in the same chains as calls. */
export interface AuditRecorder {
  /** Writes down what gives nobody anything: a refusal, or the end of something. Nobody waits for it. */
  readonly note: (event: AuditEvent, end: AuditEventEnd) => void;
  /**
   * Does something that gives somebody something, when it is on disk that it is about to be done, and writes down how it
   * ended. Errors: `audit_unavailable`, and then nothing was done; those of the action.
   */
  readonly perform: <Result>(event: AuditEvent, action: () => Promise<Result>) => Promise<Result>;
}

/** The kernel offers to write events under this token. */
export const auditRecorder = defineService<AuditRecorder>('audit-recorder', { inProcess: true });
