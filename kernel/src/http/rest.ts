import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import {
  type AuditRecorder,
  type CallInterface,
  type CredentialEnd,
  type CredentialWatch,
  isSignalboxError,
  type JsonValue,
  type Log,
  type Principal,
  type Route,
  type RouteStream,
  SignalboxError,
  toSignalboxError,
} from '@signalbox/sdk';
import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import type { Access } from '../access/access.ts';
import type { Authenticator } from '../access/authenticate.ts';
import { routeRefusal } from '../access/route-refusal.ts';
import { errorHeaders, toErrorBody } from './error-answer.ts';
import { readJsonBody } from './json-body.ts';
import { noteRefusedChange, serveRecorded } from './record-change.ts';

type Bindings = { Bindings: HttpBindings };

/** What a token for the management API is meant for. */
const apiResource = '/api/v1';

/** What the REST side works with. */
export interface RestParts {
  readonly routes: () => readonly Route[];
  readonly authenticator: Authenticator;
  readonly access: Access;
  readonly credentials: CredentialWatch;
  readonly recorder: AuditRecorder;
  /** Counts what is asked for against the rate of calls. Errors: `rate_limited`. */
  readonly countUse: (principal: Principal) => void;
  readonly maxBodyBytes: number;
  readonly log: Log;
  /** Plain answers outside the route table: probes, metrics and the proof of the hub. */
  readonly plain: {
    readonly [path: string]: (
      request: IncomingMessage,
    ) => Promise<{ status: number; type: string; body: string }>;
  };
}

/** Serves the routes through Hono. Call again after the set of routes has changed. */
export function makeRest(parts: RestParts): (request: IncomingMessage, response: ServerResponse) => void {
  const app = new Hono<Bindings>();
  app.onError((error, context) => answerError(context, error, parts));
  app.notFound((context) => answerError(context, noSuchPath(context), parts));
  for (const [path, answer] of Object.entries(parts.plain)) {
    app.get(path, async ({ env }) => {
      const { status, type, body } = await answer(env.incoming);
      return new Response(body, { status, headers: { 'content-type': type, 'cache-control': 'no-store' } });
    });
  }
  for (const route of parts.routes()) {
    app.on(route.method, route.path.replace(/\{(\w+)\}/g, ':$1'), (context) => serve(parts, route, context));
  }
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return (request, response) => void listener(request, response);
}

async function serve(parts: RestParts, route: Route, context: Context<Bindings>): Promise<Response> {
  const { incoming } = context.env;
  const caller = await authorizeRoute(parts, route, incoming);
  if (route.isStream) return serveStream(parts, route, context, caller);
  const input = await readInput(parts, route, context, caller);
  const handle = async (): Promise<unknown> => route.handle(input);
  const answer = await serveRecorded(parts.recorder, route, { path: context.req.path, input }, handle);
  const status = route.status ?? 200;
  if (status === 204) return new Response(null, { status });
  return Response.json(answer, { status, headers: { 'cache-control': 'no-store' } });
}

interface Caller {
  readonly principal: Principal;
  readonly interface: CallInterface;
}

async function readInput(parts: RestParts, route: Route, context: Context<Bindings>, caller: Caller) {
  const { incoming } = context.env;
  return {
    params: read(route.params, context.req.param(), 'path'),
    query: read(route.query, context.req.query(), 'query'),
    body: route.body ? read(route.body, await readJsonBody(incoming, parts.maxBodyBytes), 'body') : undefined,
    ...caller,
    signal: context.req.raw.signal,
  };
}

/** A stream may be open for days: it is watched from the moment its reader was let in. */
async function serveStream(
  parts: RestParts,
  route: Route,
  context: Context<Bindings>,
  caller: Caller,
): Promise<Response> {
  const ended = new AbortController();
  const stopWatch = parts.credentials.watch(
    caller.principal,
    (why) => ended.abort(noLongerGood(why)),
    () => {
      authorizeRoute(parts, route, context.env.incoming).catch((reason: unknown) => ended.abort(reason));
    },
  );
  try {
    const input = await readInput(parts, route, context, caller);
    const signal = AbortSignal.any([input.signal, ended.signal]);
    const answer = await route.handle({ ...input, signal });
    return streamAnswer(answer as RouteStream<unknown>, { ended: ended.signal, stopWatch, log: parts.log });
  } catch (error) {
    stopWatch();
    throw error;
  }
}

function noLongerGood(why: CredentialEnd): SignalboxError {
  const how = why === 'expired' ? 'has expired' : 'was revoked';
  return new SignalboxError(
    'unauthenticated',
    `the credential of this request ${how}; ask again with one that is good`,
  );
}

async function authorizeRoute(
  { authenticator, access, recorder, countUse }: RestParts,
  route: Route,
  request: IncomingMessage,
): Promise<Caller> {
  const isPublic = route.access === 'public' && request.headers.authorization === undefined;
  const principal = isPublic ? nobody : await authenticator.authenticate(request, apiResource);
  const through = authenticator.apiInterface(request, principal);
  const minLevel = route.minLevel ?? (route.access === 'public' ? 'none' : 'trusted');
  const wanted = { permission: route.permission, minLevel };
  const refusal = access.findRefusal(principal, through, wanted);
  const caller = { principal, interface: through };
  if (isCounted(route) && principal.kind !== 'anonymous') countUse(principal);
  if (!refusal) return caller;
  const error = routeRefusal(route.id, wanted, refusal);
  noteRefusedChange(recorder, route, { path: pathOf(request), input: caller }, error);
  throw error;
}

/** Calls are counted by the gate. */
function isCounted({ method, isStream, effect }: Route): boolean {
  return method !== 'GET' && !isStream && effect !== 'nothing';
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '';
}

const nobody: Principal = { kind: 'anonymous', id: 'anonymous', org: 'local', level: 'none' };

function read(schema: z.ZodType | undefined, value: unknown, part: string): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => ({
    path: path.map(String).join('.'),
    message,
  }));
  const text = issues.map(({ path, message }) => `${path || '(root)'}: ${message}`).join('; ');
  throw new SignalboxError('invalid_params', `the ${part} of the request does not fit: ${text}`, {
    details: issues as JsonValue,
  });
}

interface StreamEnd {
  /** Aborted when its reader may not have more. */
  readonly ended: AbortSignal;
  readonly stopWatch: () => void;
  readonly log: Log;
}

/** Items as lines of JSON; an error after the start becomes the last line. */
function streamAnswer({ stream }: RouteStream<unknown>, { ended, stopWatch, log }: StreamEnd): Response {
  const iterator = stream[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  let isOver = false;
  const leave = (): void => {
    isOver = true;
    stopWatch();
  };
  const fail = (controller: ReadableStreamDefaultController<Uint8Array>, thrown: unknown): void => {
    if (isOver) return;
    leave();
    const error = toSignalboxError(thrown);
    if (error.code === 'internal') log.error('a streamed answer failed', { cause: error });
    controller.enqueue(encoder.encode(`${JSON.stringify({ type: 'error', ...toErrorBody(error) })}\n`));
    controller.close();
  };
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const cutOff = (): void => {
        fail(controller, ended.reason);
        void Promise.resolve(iterator.return?.()).catch(() => undefined);
      };
      if (ended.aborted) cutOff();
      else ended.addEventListener('abort', cutOff, { once: true });
    },
    pull: async (controller) => {
      try {
        const { done, value } = await iterator.next();
        if (isOver) return;
        if (!done) return controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
        leave();
        controller.close();
      } catch (thrown) {
        fail(controller, thrown);
      }
    },
    cancel: async () => {
      leave();
      await iterator.return?.();
    },
  });
  return new Response(body, {
    headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' },
  });
}

function answerError(
  context: Context<Bindings>,
  thrown: unknown,
  { authenticator, log }: RestParts,
): Response {
  const error = toSignalboxError(thrown);
  if (!isSignalboxError(thrown))
    log.error('request failed', { method: context.req.method, path: context.req.path, cause: thrown });
  const headers = errorHeaders(error, authenticator.challenge(error, apiResource, context.env.incoming));
  return Response.json(toErrorBody(error), { status: error.facts.http, headers });
}

function noSuchPath(context: Context<Bindings>): SignalboxError {
  return new SignalboxError(
    'not_found',
    `there is no ${context.req.method} ${context.req.path.slice(0, 200)} here; /api/v1/openapi.json lists what there is`,
  );
}
