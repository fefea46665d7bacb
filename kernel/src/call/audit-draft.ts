import type { Decision } from '@signalbox/policy';
import { canonicalJson } from '@signalbox/protocol';
import {
  type CallKind,
  type CallRequest,
  isJsonObject,
  type Level,
  type Principal,
  type Redact,
} from '@signalbox/sdk';
import type { AuditDraft } from '../audit/audit-tables.ts';
import type { HashArguments } from '../audit/hash-arguments.ts';
import type { Found } from '../catalog/view.ts';
import { cleanDraft } from './clean-draft.ts';
import type { DefinitionHashes } from './definition-hash.ts';

/** What an entry of a call is made of. */
export interface CallFacts {
  /** The call's. */
  readonly id: string;
  readonly request: CallRequest;
  /** The tool it was called through, when that is not its own target. */
  readonly via: string | undefined;
  readonly found: Found | undefined;
  /** Absent when nothing was found to decide about. */
  readonly decision: Decision | undefined;
  readonly approvalId?: string | undefined;
}

/** What drafts are made with. */
export interface DraftTools {
  readonly hashArguments: HashArguments;
  readonly definitions: DefinitionHashes;
  readonly redact: Redact;
}

/** When and as what an entry is made. */
export interface DraftHead {
  readonly id: string;
  readonly at: number;
  readonly phase: 'intent' | 'whole';
}

const version = 1;

/** Everything that is known of a call before it is made, with no secret in it. */
export function toDraft(tools: DraftTools, { id, at, phase }: DraftHead, facts: CallFacts): AuditDraft {
  const { request, found, decision } = facts;
  const { principal, client } = request;
  const { credential } = principal;
  const args = argumentsOf(request);
  const [traceId, spanId] = readTraceparent(request);
  return cleanDraft(tools.redact, {
    v: version,
    org: principal.org,
    id,
    at,
    phase,
    call_id: facts.id,
    actor_type: principal.kind,
    actor: principal.id,
    level: decision?.level ?? 'none',
    on_behalf_of: principal.onBehalfOf ? JSON.stringify(chainOf(principal.onBehalfOf)) : null,
    client: client?.name ?? null,
    client_version: client?.version ?? null,
    client_id: credential?.client ?? null,
    auth_method: credential?.kind ?? null,
    credential_id: credential?.id ?? null,
    amr: credential?.amr && credential.amr.length > 0 ? credential.amr.join(' ') : null,
    interface: request.interface.name,
    address: request.interface.address ?? null,
    action: actions[request.kind],
    kind: request.kind,
    target: request.target,
    view: request.view,
    via: facts.via ?? null,
    upstream: found?.source.id ?? null,
    original_name: found?.originalName ?? null,
    definition_hash: found ? tools.definitions.of(found) : null,
    args_hash: args === undefined ? null : tools.hashArguments(principal.org, args),
    args: decision?.obligations?.recordArguments ? (args ?? null) : null,
    effect: decision?.effect ?? null,
    reason: decision?.reason ?? null,
    policy_version: decision?.policyVersion ?? null,
    rules: decision ? JSON.stringify(decision.rules) : null,
    approval_id: facts.approvalId ?? null,
    outcome: null,
    code: null,
    bytes_in: args === undefined ? null : Buffer.byteLength(args),
    bytes_out: null,
    duration_us: null,
    trace_id: traceId ?? null,
    span_id: spanId ?? null,
  });
}

const actions: { readonly [kind in CallKind]: string } = {
  tool: 'call',
  prompt: 'get',
  resource: 'read',
  completion: 'complete',
  subscription: 'subscribe',
};

/** The arguments as canonical JSON; none where the target's name says it all. */
function argumentsOf({ kind, params }: CallRequest): string | undefined {
  if (kind === 'resource' || kind === 'subscription') return undefined;
  const args = kind === 'completion' ? params['argument'] : params['arguments'];
  return isJsonObject(args) ? canonicalJson(args) : '{}';
}

interface Acting {
  readonly type: string;
  readonly id: string;
  readonly level: Level;
}

const maxDelegations = 16;

function chainOf(first: Principal): Acting[] {
  const chain: Acting[] = [];
  for (let each: Principal | undefined = first; each && chain.length < maxDelegations; each = each.onBehalfOf)
    chain.push({ type: each.kind, id: each.id, level: each.level });
  return chain;
}

/** Trace and span id of W3C trace context, when the caller sent them. */
function readTraceparent({ params }: CallRequest): readonly string[] {
  const meta = params['_meta'];
  const text = isJsonObject(meta) ? meta['traceparent'] : undefined;
  const found = typeof text === 'string' ? /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(text) : null;
  return found?.slice(1) ?? [];
}
