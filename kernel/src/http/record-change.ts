import {
  type AuditEvent,
  type AuditRecorder,
  isJsonObject,
  type JsonObject,
  type Route,
  type RouteEffect,
  type RouteInput,
  toSignalboxError,
} from '@signalbox/sdk';
import { failureOf } from '../call/record.ts';

type Input = RouteInput<unknown, unknown, unknown>;
type Asked = Pick<Input, 'query' | 'body'>;

const longestName = 200;
const mostFields = 50;
/** Of what was sent only what names somebody or something is kept, and what the route says; the rest may be secret. */
const names = ['id', 'name', 'login', 'user', 'person', 'roles', 'scopes'];

/** What an asked route does; calls are written down by the gate. */
function effectOf({ method, effect = 'change', isStream }: Route, input: Asked): RouteEffect {
  if (method === 'GET' || isStream) return 'nothing';
  return typeof effect === 'function'
    ? effect({ query: objectOf(input.query), body: objectOf(input.body) })
    : effect;
}

/**
 * Serves a route and writes down what it changes: before it does, unless it only takes something away.
 * Errors: `audit_unavailable`, those of the route.
 */
export async function serveRecorded<Result>(
  recorder: AuditRecorder,
  route: Route,
  { path, input }: { readonly path: string; readonly input: Input },
  serve: () => Promise<Result>,
): Promise<Result> {
  const effect = effectOf(route, input);
  if (effect === 'nothing') return serve();
  const event = toEvent(route, path, input);
  const result = await (effect === 'change' ? recorder.perform(event, serve) : noted(recorder, event, serve));
  // Another organization is told of what was done to it, not of what somebody else has tried.
  const other = objectOf(input.query)['org'] ?? objectOf(input.params)['org'];
  if (typeof other === 'string' && other !== input.principal.org)
    recorder.note({ ...event, orgs: [other] }, { outcome: 'ok' });
  return result;
}

/** Writes down that somebody who is known wanted to change something and may not. */
export function noteRefusedChange(
  recorder: AuditRecorder,
  route: Route,
  { path, input }: { readonly path: string; readonly input: Pick<Input, 'principal' | 'interface'> },
  error: unknown,
): void {
  const nothing = { params: undefined, query: undefined, body: undefined };
  if (input.principal.kind === 'anonymous' || effectOf(route, nothing) === 'nothing') return;
  const { code } = toSignalboxError(error);
  recorder.note(toEvent(route, path, { ...input, ...nothing }), { outcome: 'denied', code });
}

async function noted<Result>(
  recorder: AuditRecorder,
  event: AuditEvent,
  serve: () => Promise<Result>,
): Promise<Result> {
  try {
    const result = await serve();
    recorder.note(event, { outcome: 'ok' });
    return result;
  } catch (error) {
    recorder.note(event, { outcome: failureOf(error), code: toSignalboxError(error).code });
    throw error;
  }
}

function toEvent(route: Route, path: string, input: Omit<Input, 'signal'>): AuditEvent {
  const { principal, params } = input;
  const { kind, id, org, credential } = principal;
  const details = detailsOf(route, input);
  const upstream = route.tag === 'upstreams' ? objectOf(params)['name'] : undefined;
  return {
    kind: 'change',
    action: route.id,
    orgs: [org],
    actor: { type: kind, id },
    level: principal.level,
    target: path.slice(0, longestName),
    ...(typeof upstream === 'string' ? { upstream } : {}),
    interface: 'http',
    address: input.interface.address,
    ...(credential ? { auth: { method: credential.kind, credentialId: credential.id } } : {}),
    ...(details ? { details } : {}),
  };
}

function detailsOf({ audited = [] }: Route, { query, body }: Asked): JsonObject | undefined {
  const asked = Object.entries(objectOf(query)).filter(([, value]) => isShort(value));
  const sent = objectOf(body);
  const named = names.map((name) => [name, sent[name]] as const).filter(([, value]) => isShort(value));
  const kept = audited
    .map((name) => [name, sent[name]] as const)
    .filter(([, value]) => typeof value === 'number' || isShort(value));
  const details = {
    ...(asked.length > 0 ? { query: Object.fromEntries(asked) } : {}),
    ...Object.fromEntries([...named, ...kept]),
    ...(isJsonObject(body) ? { fields: Object.keys(sent).slice(0, mostFields) } : {}),
  };
  return Object.keys(details).length > 0 ? details : undefined;
}

function isShort(value: unknown): boolean {
  if (Array.isArray(value)) return value.length <= mostFields && value.every(isShort);
  return typeof value === 'string' && value.length <= longestName;
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
