import type { AskedOfRoute, Level, Permission, RouteAccess, RouteEffect } from '@signalbox/sdk';
import type { z } from 'zod';

/** One operation of the management API without its handler: what the hub serves and the client calls. */
export interface RouteDescription {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with parameters in braces, e.g. `/api/v1/upstreams/{name}`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly tag: string;
  readonly access: RouteAccess;
  /** The lowest effective level that may use it; `trusted` where absent. */
  readonly minLevel?: Level;
  /** What roles and credential must permit; anybody of the level may where it is absent. */
  readonly permission?: Permission;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
  /** 200 where absent. */
  readonly status?: 200 | 201 | 202 | 204;
  /** What it does, by what is asked, for the audit; `change` where absent, but for a GET. */
  readonly effect?: RouteEffect | ((asked: AskedOfRoute) => RouteEffect);
  /** Fields of the body whose values the audit keeps, where they are numbers or short texts: none that may be secret. */
  readonly audited?: readonly string[];
  /** True when the answer is a stream of NDJSON items of the answer's schema. */
  readonly isStream?: boolean;
}

/** Describes one operation, keeping the types of its schemas. */
export function describeRoute<const Description extends RouteDescription>(
  description: Description,
): Description {
  return description;
}

type InputOf<Part> = Part extends z.ZodType ? z.input<Part> : never;
type PartOf<Description, Name extends string> = Description extends { readonly [name in Name]: infer Part }
  ? Part
  : never;
type PartInput<Description, Name extends string> = [PartOf<Description, Name>] extends [never]
  ? { readonly [name in Name]?: never }
  : { readonly [name in Name]: InputOf<PartOf<Description, Name>> };

/** What a caller gives an operation: exactly the parts its description names. */
export type RouteRequest<Description extends RouteDescription> = PartInput<Description, 'params'> &
  PartInput<Description, 'query'> &
  PartInput<Description, 'body'>;

/** What an operation answers; for a stream, one item of it. */
export type RouteAnswer<Description extends RouteDescription> = z.output<Description['answer']>;
