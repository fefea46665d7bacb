import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { z } from 'zod';
import type { Permission } from './permission.ts';
import type { CallInterface, Level, Principal } from './principal.ts';
import type { SignalboxError } from './signalbox-error.ts';

/** Who may reach a route. A route without a class is refused at start. */
export type RouteAccess = 'public' | 'principal';

/** What a route handler gets: the parsed parts of the request and who made it. */
export interface RouteInput<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly principal: Principal;
  readonly interface: CallInterface;
  readonly signal: AbortSignal;
}

/** A stream of newline-delimited JSON, for answers that take their time. */
export interface RouteStream<Item> {
  readonly stream: AsyncIterable<Item>;
}

/**
 * What a request does to the hub, for the audit: a `change` is not made when it cannot be written down before; what only
 * takes something away, ends or mends it (`less`) is done in any case, and written down; `nothing` changes nothing.
 */
export type RouteEffect = 'change' | 'less' | 'nothing';

/** What a request asks for, checked; empty where there is none of it. */
export interface AskedOfRoute {
  readonly query: { readonly [name: string]: unknown };
  readonly body: { readonly [name: string]: unknown };
}

/** A typed REST route; the OpenAPI document and the typed client are made from its schemas. */
export interface Route<Params = unknown, Query = unknown, Body = unknown, Answer = unknown> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with parameters in braces, e.g. `/api/v1/upstreams/{name}`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly tag: string;
  readonly access: RouteAccess;
  /** The lowest effective level that may use it; `trusted` where absent. */
  readonly minLevel?: Level;
  /** What the roles and the credential must permit, e.g. `audit:read`; anybody of the level may where it is absent. */
  readonly permission?: Permission;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  readonly answer: z.ZodType<Answer>;
  /** 200 where absent. */
  readonly status?: 200 | 201 | 202 | 204;
  /** What it does, by what is asked; `change` where absent, but for a GET. */
  readonly effect?: RouteEffect | ((asked: AskedOfRoute) => RouteEffect);
  /** Fields of the body whose values the audit keeps, where they are numbers or short texts: none that may be secret. */
  readonly audited?: readonly string[];
  /** True when the answer is a stream of NDJSON items of the answer's schema. */
  readonly isStream?: boolean;
  readonly handle: (input: RouteInput<Params, Query, Body>) => Promise<Answer | RouteStream<Answer>> | Answer;
}

/** Defines a route, with its types taken from its schemas. */
export function route<Params, Query, Body, Answer>(
  definition: Route<Params, Query, Body, Answer>,
): Route<Params, Query, Body, Answer> {
  return definition;
}

/** What a mount handler is told besides the raw request. */
export interface MountContext {
  readonly principal: Principal;
  readonly interface: CallInterface;
  /** The path after the mount's prefix, without the query. */
  readonly rest: string;
  /** The value of `WWW-Authenticate` that goes with an error of access (RFC 6750 §3, RFC 9728 §5.1); undefined for others. */
  readonly challenge: (error: SignalboxError) => string | undefined;
}

/** A raw place on the listener, for wires that need more than a route: no parsing, no framework. */
export interface Mount {
  /** `/mcp` matches itself only; `/e/` (with the slash) matches everything below it. */
  readonly path: string;
  readonly access: RouteAccess;
  /** The path a token must be meant for, by the path of the request; the path itself where it is absent. */
  readonly resource?: (path: string) => string;
  readonly handle: (request: IncomingMessage, response: ServerResponse, context: MountContext) => void;
  /** The protocol of the Upgrade header it takes, in lower case; any where absent. Others are plain requests to it. */
  readonly upgradeTo?: string;
  /** Takes over the socket of an HTTP Upgrade request. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, context: MountContext) => void;
}

/** Where an extension puts its routes; all are withdrawn when it stops. */
export interface Routes {
  readonly provide: <Params, Query, Body, Answer>(route: Route<Params, Query, Body, Answer>) => void;
  readonly mount: (mount: Mount) => void;
}
