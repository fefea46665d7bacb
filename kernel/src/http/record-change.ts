import {
  type AuditEvent,
  type AuditRecorder,
  isJsonObject,
  type JsonObject,
  type Route,
  type RouteInput,
  toSignalboxError,
} from '@signalbox/sdk';

type Input = RouteInput<unknown, unknown, unknown>;

const longestName = 200;
const mostFields = 50;
/** Of what was sent only what names somebody or something is kept; the rest may be secret. */
const names = ['id', 'name', 'login', 'user', 'person', 'roles', 'scopes'];

/** True for a route that changes something and is no call: calls are written down by the gate. */
export function isChange({ method, isRead, isStream }: Route): boolean {
  return method !== 'GET' && !isRead && !isStream;
}

/** Changes something, when it is on disk that it is about to be changed. Errors: `audit_unavailable`, those of the change. */
export async function recordChange<Result>(
  recorder: AuditRecorder,
  route: Route,
  { path, input }: { readonly path: string; readonly input: Input },
  change: () => Promise<Result>,
): Promise<Result> {
  const event = toEvent(route, path, input);
  const result = await recorder.perform(event, change);
  // Another organization is told of what was done to it, not of what somebody else has tried.
  const other = isJsonObject(input.query) ? input.query['org'] : undefined;
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
  if (input.principal.kind === 'anonymous') return;
  const { code } = toSignalboxError(error);
  const event = toEvent(route, path, { ...input, params: undefined, body: undefined });
  recorder.note(event, { outcome: 'denied', code });
}

function toEvent(route: Route, path: string, input: Omit<Input, 'signal' | 'query'>): AuditEvent {
  const { principal, params, body } = input;
  const { kind, id, org, credential } = principal;
  const details = detailsOf(body);
  const upstream = isJsonObject(params) && route.tag === 'upstreams' ? params['name'] : undefined;
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

function detailsOf(body: unknown): JsonObject | undefined {
  if (!isJsonObject(body)) return undefined;
  const named = names.map((name) => [name, body[name]] as const).filter(([, value]) => isShort(value));
  return { ...Object.fromEntries(named), fields: Object.keys(body).slice(0, mostFields) };
}

function isShort(value: unknown): boolean {
  if (Array.isArray(value)) return value.length <= mostFields && value.every(isShort);
  return typeof value === 'string' && value.length <= longestName;
}
