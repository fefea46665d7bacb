import type { JsonObject, JsonValue } from './json.ts';
import type { CallInterface, Principal } from './principal.ts';
import type { SignalboxError } from './signalbox-error.ts';
import type { Redact } from './without-secrets.ts';

/** What a call uses. */
export type CallKind = 'tool' | 'resource' | 'prompt' | 'completion' | 'subscription';

/** Which lists there are. */
export type ListKind = 'tool' | 'resource' | 'template' | 'prompt';

/**
 * A slice of the catalog, as the caller entered it: everything, a named endpoint, or one upstream unprefixed.
 * The text form is `all`, `endpoint:NAME` or `upstream:NAME`.
 */
export type ViewName = 'all' | `endpoint:${string}` | `upstream:${string}`;

/** A question an upstream has for the caller while its call runs (elicitation, sampling or roots). */
export interface Ask {
  readonly method: 'elicitation/create' | 'sampling/createMessage' | 'roots/list';
  readonly params: JsonObject;
}

/** The ways back to the caller while a call runs. An absent channel means the caller cannot take it. */
export interface CallChannels {
  /** Parameters of a progress notification, without its token. */
  readonly progress?: (progress: JsonObject) => void;
  /** Parameters of a log message notification. */
  readonly log?: (message: JsonObject) => void;
  /** Asks the caller; resolves to the result of the asked method, rejects when refused or gone. */
  readonly ask?: (ask: Ask, signal: AbortSignal) => Promise<JsonObject>;
  /** Client capabilities the caller declared, as in MCP. */
  readonly capabilities?: JsonObject;
  /** The least severe log message the caller wants; where it is absent the target decides. */
  readonly logLevel?: string;
  /** Tells that what a URL question sent the caller away for is done (2025-11-25, client/elicitation). */
  readonly elicitationDone?: (elicitationId: string) => void;
  /**
   * Told when the target has made a task of the call, with what {@link CallRequest.resume} takes to find it again.
   * Absent: the caller just waits.
   */
  readonly task?: (task: TaskToResume) => void;
  /** Told in words how far a task has come. */
  readonly status?: (message: string) => void;
  /** For callers that keep whether their call was made, and wait as long as an approval may take; others are sent away sooner. */
  readonly approval?: ApprovalChannel;
}

/** Tells a caller how far a call has come that a rule may want approved. What rejects here ends the call before it is made. */
export interface ApprovalChannel {
  /** Right before somebody is asked; what it throws ends the call unasked. */
  readonly mayAsk?: () => void;
  /** The call waits for this approval, and its target has heard nothing of it. */
  readonly waits: (approvalId: string) => Promise<void>;
  /** Right before the target hears of the call, whether it has waited or not. */
  readonly begins: () => Promise<void>;
}

/** One source's own name for a thing: what an entry is, whatever a view calls it. */
export interface EntryIdentity {
  readonly source: string;
  readonly originalName: string;
}

/** A call made again with the answers to what its target asked (2026-07-28, patterns/mrtr). */
export interface CallRetry {
  /** The target that asked; absent when the caller brought no state and the name says it all. */
  readonly identity?: EntryIdentity;
  readonly inputResponses?: JsonObject;
  /** The target's own note, exactly as it gave it. */
  readonly requestState?: JsonValue;
  /** What came with the questions as {@link InputResult.continuation}. */
  readonly continuation?: string;
}

/** A call's parameters as its target alone may see them. */
export interface Revealed {
  readonly params: JsonObject;
  /** Takes what was put in out of what the target says. */
  readonly redact: Redact;
}

/** One use of one catalog entry, in the neutral form every interface translates to. */
export interface CallRequest {
  readonly kind: CallKind;
  readonly view: ViewName;
  /** Tool or prompt name, or resource URI, as the view shows it. */
  readonly target: string;
  /** The MCP parameters without the era's envelope; unknown members are kept. */
  readonly params: JsonObject;
  readonly principal: Principal;
  readonly interface: CallInterface;
  readonly signal: AbortSignal;
  /** Longest time the caller waits; the target's own deadline may be shorter. */
  readonly timeoutMs?: number;
  readonly channels?: CallChannels;
  /** The caller's name and version, self-reported: for the record, never for a decision. */
  readonly client?: { readonly name: string; readonly version: string };
  /** Set when the caller can take a finished modern JSON-RPC answer as bytes, under this id. */
  readonly rawAnswerId?: string | number;
  /** True when questions may come back as a result of the kind `input`; the answers come with {@link CallRequest.retry}. */
  readonly takesInput?: boolean;
  readonly retry?: CallRetry;
  /** Aborts when nobody waits on the line any more: from then on the call may take as long as a task. */
  readonly detached?: AbortSignal;
  /** Goes on with a task the target made in an earlier call, instead of calling anew. */
  readonly resume?: TaskToResume;
  /**
   * Puts secrets into the parameters, just before the target gets them; whoever else looks at the call sees it without. Only tools of
   * upstreams are called so: one of the hub itself may write down what it is given. Errors: `not_found`, `forbidden`.
   */
  readonly reveal?: (identity: EntryIdentity, params: JsonObject) => Promise<Revealed>;
  /**
   * Of a subscription: ends one that an earlier call began. It was allowed then, so it is not refused, approved or counted now: what
   * somebody may not watch any more must not be watched for them for ever.
   */
  readonly endsWatch?: boolean;
}

/** A task of a target that outlived the call that made it. */
export interface TaskToResume {
  readonly identity: EntryIdentity;
  readonly handle: JsonObject;
}

/** What a call gave: the MCP result without envelope, the finished JSON-RPC answer as bytes, or questions. */
export type CallResult =
  | { readonly kind: 'data'; readonly value: JsonObject; readonly isError?: boolean }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly isError?: boolean }
  | InputResult;

/** What the target wants to know before it can finish; only for callers that said `takesInput`. */
export interface InputResult {
  readonly kind: 'input';
  /** Requests by key, as in MCP; absent when the target only wants to be called again. */
  readonly inputRequests?: JsonObject;
  readonly requestState?: JsonValue;
  /** Who asks; the gate fills it in. */
  readonly identity?: EntryIdentity;
  /** What lets the next round of an approved call go on, once; the gate fills it in. Nobody but the hub may read it. */
  readonly continuation?: string;
  readonly isError?: false;
}

/** A call that has passed the gate's first stages, as its target sees it. */
export interface Invocation {
  readonly callId: string;
  readonly request: CallRequest;
  /** The name or URI the source gave; what the view shows may differ. */
  readonly originalName: string;
  /** For a completion: whether the name is a prompt's or a resource template's. */
  readonly definition: JsonObject | undefined;
  /** Aborts when the caller cancels or the deadline passes. */
  readonly signal: AbortSignal;
  /** True when the gate must read the answer, so bytes are not wanted. */
  readonly mustParse: boolean;
  /** True when a rule allows the call only over an account of the caller's own at what is behind the source. */
  readonly needsOwnAccount?: boolean;
  /**
   * Gives the places of the call to others while it only waits for calls of the same caller, which need places, too; the result takes
   * them back.
   */
  readonly standAside?: () => () => void;
}

/** Carries out a call. Throws SignalboxError for access, transport and bugs; a tool's own failure is a result. */
export type Invoke = (invocation: Invocation) => Promise<CallResult> | CallResult;

/** One page of a filtered list. Definitions carry the names of the view. */
export interface ListPage {
  readonly items: readonly JsonObject[];
  readonly nextCursor?: string;
  /** The catalog generation the page was cut from. */
  readonly generation: number;
}

/** Asks for one page of what the principal could call. */
export interface ListRequest {
  readonly kind: ListKind;
  readonly view: ViewName;
  readonly principal: Principal;
  readonly interface: CallInterface;
  readonly cursor?: string;
}

/** A use of an entry, as far as it matters to whether somebody may make it. Without `params`: with any. */
export type CallUse = Pick<CallRequest, 'kind' | 'view' | 'target' | 'principal' | 'interface'> &
  Partial<Pick<CallRequest, 'params'>>;

/** The gate as extensions see it: the only way to use anything. */
export interface Calls {
  /** Makes a call. Errors: the access, limit, `not_found`, `invalid_params`, `timeout`, `cancelled` and `upstream_*` codes. */
  readonly call: (request: CallRequest) => Promise<CallResult>;
  /** Lists what the principal could call. Errors: `not_found` for the view, `invalid_params` for the cursor. */
  readonly list: (request: ListRequest) => ListPage;
  /**
   * Decides a use again for who wants to go on with it: the error their own call would be refused with now (`not_found`,
   * `insufficient_scope`, `forbidden`). Undefined when it would not be, and when its target is gone. Nothing is called.
   */
  readonly findRefusal: (use: CallUse) => SignalboxError | undefined;
}
