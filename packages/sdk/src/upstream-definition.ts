import { z } from 'zod';
import { levels } from './principal.ts';
import {
  secret,
  type UpstreamCredentialSettings,
  upstreamCredentialSettings,
} from './upstream-credential-settings.ts';

/** Names of upstreams and endpoints: short, lower case, safe in paths and in front of tool names. */
export const upstreamName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, 'use 1 to 32 of a-z, 0-9 and "-", not at the ends')
  .describe('Name of the upstream; its tools are offered as name__tool');

const command = {
  command: z
    .string()
    .min(1)
    .max(4096)
    .describe('Program to start; looked up in PATH, never run through a shell'),
  args: z.array(z.string().max(32_768)).max(256).default([]).describe('Arguments, one list entry each'),
  env: z.record(z.string(), secret).default({}).describe('Environment added to the few inherited variables'),
  cwd: z.string().optional().describe('Working folder; relative paths start at the folder of signalbox.yaml'),
};

const common = {
  title: z.string().max(200).optional().describe('Name for people'),
  enabled: z.boolean().default(true).describe('False keeps the definition and does not connect'),
  era: z
    .enum(['auto', 'legacy', 'modern'])
    .default('auto')
    .describe('Protocol era to speak; auto asks the upstream once and remembers'),
  minLevel: z.enum(levels).default('trusted').describe('Lowest permission level that may use it'),
  startTimeoutMs: z
    .int()
    .min(100)
    .max(600_000)
    .default(30_000)
    .describe('Longest time until it must have answered'),
  callTimeoutMs: z.int().min(100).max(600_000).default(30_000).describe('Longest time one call may take'),
  maxConcurrentCalls: z
    .int()
    .min(1)
    .max(10_000)
    .default(64)
    .describe('Calls at once; more wait in a bounded queue'),
  maxMessageBytes: z
    .int()
    .min(1024)
    .max(268_435_456)
    .default(8_388_608)
    .describe('Largest single message it may send'),
  sharedCache: z
    .boolean()
    .default(false)
    .describe('True believes it when it says that a resource is the same for everybody'),
  extensions: z
    .array(z.string().min(1).max(200))
    .max(64)
    .default(['io.modelcontextprotocol/ui', 'io.modelcontextprotocol/skills'])
    .describe('Protocol extensions that pass between clients and it; "*" for every one'),
  roots: z
    .array(z.url())
    .max(64)
    .optional()
    .describe('Roots told to it when it asks; absent means none are declared'),
};

/** An upstream the hub starts as a child process and talks to over its standard streams. */
export const stdioUpstream = z.strictObject({ ...command, ...common });

/** An upstream reached over HTTP or a WebSocket; `run` starts and supervises the process that serves it. */
export const httpUpstream = z
  .strictObject({
    url: z
      .url({ protocol: /^(?:https?|wss?)$/ })
      .describe('Address of its MCP endpoint; ws:// and wss:// are WebSockets'),
    transport: z
      .enum(['auto', 'http', 'sse'])
      .default('auto')
      .describe(
        'http is Streamable HTTP, sse is HTTP+SSE of 2024-11-05; auto finds out and remembers. Without effect for WebSockets',
      ),
    headers: z.record(z.string(), secret).default({}).describe('Headers sent with every request'),
    credentials: upstreamCredentialSettings
      .prefault({})
      .describe('Accounts at an upstream that asks for OAuth; an Authorization header above is used instead'),
    run: z
      .strictObject(command)
      .optional()
      .describe('Process to start first; it is supervised like a stdio upstream'),
    ...common,
  })
  .refine(({ headers, credentials }) => !hasAuthorization(headers) || !wantsAccounts(credentials), {
    path: ['credentials'],
    message:
      'cannot be used beside an Authorization header: remove the header, or set mode to none to send it alone',
  });

function hasAuthorization(headers: { readonly [name: string]: string }): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
}

/** True where somebody has said anything of accounts but that there are none. */
function wantsAccounts({ grant, dpop, ...rest }: UpstreamCredentialSettings): boolean {
  if (rest.mode === 'none') return false;
  return grant !== 'code' || dpop !== 'auto' || Object.values(rest).some((value) => value !== undefined);
}

const { era: _era, roots: _roots, extensions: _extensions, sharedCache: _shared, ...life } = common;

const patterns = z.array(z.string().min(1).max(500)).max(1_000);
const pointer = z
  .string()
  .regex(/^(?:\/.*)?$/, 'write a JSON pointer such as "/data/items"')
  .max(500);

/** An HTTP API described by an OpenAPI document; its operations are offered as tools. */
export const openapiUpstream = z.strictObject({
  openapi: z
    .string()
    .min(1)
    .max(4096)
    .describe(
      'OpenAPI 3.0 or 3.1 document: a file, relative to the folder of signalbox.yaml, or an https URL',
    ),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address of the API; that of the document where absent'),
  headers: z.record(z.string(), secret).default({}).describe('Headers sent with every request to the API'),
  auth: z
    .record(z.string(), secret)
    .default({})
    .describe('Secrets by the name of their security scheme: key, token, or user:password'),
  include: patterns
    .default([])
    .describe('Operations offered: operationId, tag:NAME or "METHOD /path", with *; all where empty'),
  exclude: patterns.default([]).describe('Operations left out, written like include'),
  tools: z
    .record(
      z.string(),
      z.strictObject({
        name: z
          .string()
          .regex(/^[A-Za-z0-9_.-]{1,128}$/)
          .optional()
          .describe('Name of the tool'),
        description: z.string().max(10_000).optional().describe('What the tool is said to do'),
      }),
    )
    .default({})
    .describe('Other names and descriptions, by operationId'),
  allowPrivate: z
    .array(z.string().max(300))
    .max(100)
    .default([])
    .describe('Hosts that may be private or loopback, and reached by plain http: exact host or host:port'),
  resources: z
    .boolean()
    .default(false)
    .describe('Offers GET operations as resource templates api://NAME/path, too'),
  pagination: z
    .strictObject({
      maxPages: z.int().min(1).max(100).default(10).describe('Pages joined at most'),
      param: z.string().max(200).optional().describe('Query parameter that takes the cursor of next'),
      next: pointer
        .optional()
        .describe('JSON pointer to the cursor or address of the next page; the Link header where absent'),
      items: pointer.optional().describe('JSON pointer to the list in a page; the whole page where absent'),
    })
    .optional()
    .describe('Joins the pages of GET operations; absent means each call gives one page'),
  maxRetries: z
    .int()
    .min(0)
    .max(5)
    .default(2)
    .describe('Repetitions of GET, HEAD, PUT and DELETE after 429, 502, 503, 504 or a failed connection'),
  ...life,
});

/** How to reach one upstream. With `command` it is stdio, with `url` HTTP or a WebSocket, with `openapi` an HTTP API. */
export const upstreamDefinition = z.union([stdioUpstream, httpUpstream, openapiUpstream]);

/** How to reach an MCP server. */
export type McpUpstreamDefinition = z.output<typeof stdioUpstream> | z.output<typeof httpUpstream>;

/** An upstream definition as written, before defaults. */
export type UpstreamDefinitionInput = z.input<typeof upstreamDefinition>;

/** An upstream definition with its defaults. */
export type UpstreamDefinition = z.output<typeof upstreamDefinition>;
