import type { Level } from './principal.ts';
import { defineService } from './service-token.ts';

/** How a call ended; `unknown` where the hub ended first. */
export const auditOutcomes = [
  'ok',
  'tool_error',
  'denied',
  'error',
  'timeout',
  'cancelled',
  'unknown',
] as const;

/** One of {@link auditOutcomes}. */
export type AuditOutcome = (typeof auditOutcomes)[number];

/** Somebody in an entry. */
export interface AuditActor {
  readonly type: string;
  readonly id: string;
  readonly level: Level;
}

/**
 * One record of a call or an event: of what has side effects two, the intent before it and the outcome after it. Of an
 * event, `target.kind` and `action` say which.
 */
export interface AuditEntry {
  /** Version of the form. */
  readonly v: number;
  readonly id: string;
  /** Who wrote it: the hash of the hub's audit key. */
  readonly node: string;
  /** Place in the chain of its node and organization: 1, 2, 3 … */
  readonly seq: number;
  readonly org: string;
  /** UTC milliseconds. */
  readonly at: number;
  /** `intent` before what has side effects, `outcome` after it, `whole` for all others. */
  readonly phase: 'intent' | 'outcome' | 'whole';
  readonly callId: string;
  /** Who called, at the level that counted. */
  readonly actor: AuditActor;
  /** Whom the actor acted for, and whom that one did. */
  readonly onBehalfOf?: readonly AuditActor[];
  readonly client?: { readonly id?: string; readonly name?: string; readonly version?: string };
  readonly auth?: {
    readonly method: string;
    /** Absent where nothing was proven. */
    readonly credentialId?: string;
    readonly amr?: readonly string[];
  };
  readonly interface: string;
  readonly address?: string;
  readonly action: string;
  readonly target: {
    readonly kind: string;
    /** As the caller named it. */
    readonly name: string;
    readonly view: string;
    /** The tool it was called through: `call_tool` of an endpoint that is searched. */
    readonly via?: string;
    readonly upstream?: string;
    readonly originalName?: string;
    /** SHA-256 of its definition as canonical JSON, base64url. */
    readonly definitionHash?: string;
  };
  /** HMAC-SHA-256 of the arguments as canonical JSON under a key of the organization, base64url. */
  readonly argsHash?: string;
  /** JSON text without known secrets: the arguments, where a rule wants them recorded; of an event, what else is known. */
  readonly args?: string;
  readonly decision?: {
    readonly effect: string;
    readonly reason: string;
    readonly policyVersion: string;
    readonly rules: readonly string[];
    readonly approvalId?: string;
  };
  /** Absent from an intent. */
  readonly outcome?: AuditOutcome;
  /** The error's code where the outcome is not `ok`. */
  readonly code?: string;
  /** Of the arguments as canonical JSON. */
  readonly bytesIn?: number;
  /** Of the answer, where it was passed on as bytes. */
  readonly bytesOut?: number;
  readonly durationMs?: number;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly prevHash: string;
  /** SHA-256 over everything above, `prevHash` included, base64url. */
  readonly hash: string;
}

/** What entries can be narrowed by, besides time; each compares with one field. */
export const auditFilters = {
  actor: 'Who called',
  actorType: 'user, service, extension or anonymous',
  level: 'The level that counted',
  onBehalfOf: 'Whom the caller acted for',
  client: 'Name the client gives itself',
  clientVersion: 'Version the client gives itself',
  clientId: 'OAuth client that holds the token',
  method:
    'How the caller was known: owner-key, api-key, access-token, session or local; of a sign-in password, passkey, federated, device-code or assertion',
  credential: 'Id of the key, token or session',
  interface: 'The way in',
  address: 'Address the request came from',
  action:
    'call, get, read, complete or subscribe; of events sign-in, sign-out, end, allow, refuse, revoke, register, connect, disconnect, expire, accept-invitation, create-owner, admit, change-roles, link-identity, unlink-identity, add or use-up; of changes the operation of the management API, such as addUpstream',
  kind: 'tool, prompt, resource, completion or subscription; of events session, consent, tokens, client, account, membership, passkey, budget or change',
  target: 'The target as the caller named it',
  view: 'The view the call came in by',
  via: 'The tool it was called through',
  upstream: 'Upstream or extension',
  originalName: 'The name the upstream gave',
  definition: 'Hash of the definition',
  argsHash: 'Hash of the arguments',
  effect: 'allow, approve or deny',
  reason: 'Why it was decided so',
  policy: 'Version of the policy',
  rule: 'A rule that decided',
  approval: 'Id of the approval',
  outcome: 'ok, tool_error, denied, error, timeout, cancelled or unknown',
  code: 'Error code',
  phase: 'intent, outcome or whole',
  call: 'Id of the call',
  trace: 'Trace id',
  span: 'Span id of the caller',
  node: 'The hub that wrote it',
} as const;

/** One of {@link auditFilters}. */
export type AuditFilter = keyof typeof auditFilters;

/** Which entries; of one organization only. */
export type AuditSelection = { readonly [filter in AuditFilter]?: string } & {
  readonly org: string;
  readonly sinceAt?: number;
  readonly untilAt?: number;
};

/** A page of entries, newest first. */
export type AuditQuery = AuditSelection & {
  /** Continue after the entry with this id. */
  readonly before?: string;
  readonly limit: number;
};

/** A signed statement of how far a chain had come. */
export interface AuditCheckpoint {
  readonly org: string;
  readonly node: string;
  /** 1, 2, 3 … in each chain. */
  readonly number: number;
  readonly seq: number;
  /** Hash of the entry `seq`. */
  readonly hash: string;
  /** No call written down before this entry was still running. */
  readonly openFrom: number;
  readonly at: number;
  /** ES256 (RFC 7518 §3.4), base64url. */
  readonly signature: string;
}

/** A signed statement that entries were removed because they had grown old. */
export interface AuditTombstone {
  readonly org: string;
  readonly node: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Hash of the entry before `firstSeq`. */
  readonly prevHash: string;
  readonly lastHash: string;
  /** Checkpoints up to this number went with them. */
  readonly checkpoint: number;
  readonly at: number;
  readonly signature: string;
}

/** One line of an export: first what a chain is verified with, then its entries in order. */
export type AuditExportLine =
  | {
      readonly type: 'chain';
      readonly org: string;
      readonly node: string;
      /** SPKI, base64 of DER. */
      readonly publicKey: string;
      /** Where the export of the chain begins; a later start than the chain's cannot prove what was before. */
      readonly firstSeq: number;
      readonly prevHash: string;
      /** Where it ends by choice; absent when it goes to the end. */
      readonly untilSeq?: number;
    }
  | ({ readonly type: 'checkpoint' } & AuditCheckpoint)
  | ({ readonly type: 'tombstone' } & AuditTombstone)
  | ({ readonly type: 'entry' } & AuditEntry);

/** The first thing wrong with a chain. */
export interface AuditProblem {
  readonly kind: 'deleted' | 'altered' | 'reordered' | 'truncated' | 'checkpoint' | 'tombstone' | 'key';
  /** The first entry concerned. */
  readonly seq: number;
  readonly message: string;
}

/** What was found in one chain. */
export interface AuditChainReport {
  readonly org: string;
  readonly node: string;
  readonly entries: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Entries up to this one were removed for their age. */
  readonly removedThrough: number;
  readonly checkpoints: number;
  /** Entries up to this one are covered by a signature; a cut at the end beyond it cannot be seen. */
  readonly sealedThrough: number;
  readonly problem?: AuditProblem;
}

/** What a verification found. */
export interface AuditReport {
  readonly isIntact: boolean;
  readonly chains: readonly AuditChainReport[];
}

/** Reads what was written down. */
export interface AuditReader {
  readonly query: (query: AuditQuery) => Promise<readonly AuditEntry[]>;
  /** Entries of this hub from now on, as they are written. Errors: `overloaded` for a reader that is too slow. */
  readonly follow: (selection: AuditSelection, signal: AbortSignal) => AsyncIterable<AuditEntry>;
  /** Everything an organization has of a time, with what it takes to verify it elsewhere. */
  readonly exportLines: (
    selection: Pick<AuditSelection, 'org' | 'sinceAt' | 'untilAt'>,
  ) => AsyncIterable<AuditExportLine>;
  /** Walks the chains of an organization, and the checkpoints kept elsewhere. */
  readonly verify: (org: string) => Promise<AuditReport>;
  /** Entries that could not be kept because the store was behind; zero in health. */
  readonly droppedCount: () => number;
}

/** The kernel offers the audit under this token. */
export const auditReader = defineService<AuditReader>('audit', { inProcess: true });
