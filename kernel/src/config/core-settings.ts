import { levels, upstreamName } from '@signalbox/sdk';
import { z } from 'zod';

const level = z.enum(levels);

const http = z.strictObject({
  enabled: z.boolean().default(true).describe('False serves no network at all; stdio remains'),
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on; anything but loopback needs publicUrl'),
  port: z.int().min(0).max(65_535).default(4400).describe('Port to listen on; 0 takes a free one'),
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address clients use when it is not host:port'),
  allowedHosts: z
    .array(z.string())
    .max(64)
    .default([])
    .describe('Host names accepted besides loopback and publicUrl'),
  allowedOrigins: z
    .array(z.url())
    .max(64)
    .default([])
    .describe('Web origins that may call; none but the hub itself by default'),
  trustedProxies: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
    .max(64)
    .default([])
    .describe(
      'Addresses or networks of proxies in front of the hub; the client is then whom their X-Forwarded-For names last',
    ),
  level: level
    .default('trusted')
    .describe(
      'Highest level of calls over HTTP with a valid credential, MCP and the API alike; public is the strict choice. Who signed in administers up to their own level, and the owner key on this machine is not bounded by it',
    ),
  anonymous: z
    .enum(['refuse', 'public'])
    .default('refuse')
    .describe(
      'What becomes of calls without a credential: refused with a challenge, or let in at level public',
    ),
  noAuthLevel: level
    .default('public')
    .describe('Level of everybody when started with --no-auth (loopback only)'),
  maxBodyBytes: z.int().min(1024).max(268_435_456).default(4_194_304).describe('Largest request body'),
  headersTimeoutMs: z
    .int()
    .min(100)
    .max(600_000)
    .default(10_000)
    .describe('Longest time for the headers to arrive'),
  requestTimeoutMs: z
    .int()
    .min(100)
    .max(600_000)
    .default(30_000)
    .describe('Longest time for a request to arrive'),
  keepAliveTimeoutMs: z
    .int()
    .min(0)
    .max(600_000)
    .default(5_000)
    .describe('How long an idle connection is kept'),
  maxConnections: z.int().min(1).max(100_000).default(2_000).describe('Connections at once'),
  maxConnectionsPerAddress: z
    .int()
    .min(1)
    .max(100_000)
    .default(100)
    .describe('Connections at once from one address'),
});

const log = z.strictObject({
  level: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least important line written'),
  format: z
    .enum(['auto', 'json', 'pretty'])
    .default('auto')
    .describe('auto is pretty on a terminal, else JSON'),
  calls: z.boolean().default(true).describe('One line for each call, without its arguments'),
});

const limits = z.strictObject({
  callsPerSecond: z
    .number()
    .positive()
    .max(1_000_000)
    .default(200)
    .describe('Steady rate of calls for one principal'),
  callBurst: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1_000)
    .describe('Calls one principal may make at once before the rate holds'),
  concurrentCalls: z
    .int()
    .min(1)
    .max(100_000)
    .default(256)
    .describe('Calls of one principal running at once'),
  queuedCalls: z
    .int()
    .min(0)
    .max(100_000)
    .default(256)
    .describe('Calls waiting for one source before they are refused'),
  callTimeoutMs: z.int().min(100).max(600_000).default(600_000).describe('Longest time of any call'),
  taskTimeoutMs: z
    .int()
    .min(1_000)
    .max(604_800_000)
    .default(86_400_000)
    .describe('Longest time of a call that goes on as a task'),
  maxResultBytes: z.int().min(1024).max(268_435_456).default(10_485_760).describe('Largest result of a call'),
  pageSize: z.int().min(1).max(1_000).default(100).describe('Entries on one page of a list'),
  outputSchemas: z
    .enum(['enforce', 'warn', 'off'])
    .default('warn')
    .describe("What happens when a tool's answer breaks its own output schema"),
});

const audit = z.strictObject({
  intents: z
    .enum(['durable', 'off'])
    .default('durable')
    .describe(
      'durable writes a call with side effects to disk before it is made, and does not make it when that fails; off writes every call once, after it',
    ),
  keepDays: z
    .int()
    .min(0)
    .max(36_500)
    .default(90)
    .describe('Days entries are kept; older ones are removed behind a signed tombstone; 0 keeps all'),
  anchorFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      'File that gets each signed checkpoint as a line, best on another disk; relative to the data folder',
    ),
  flushMs: z
    .int()
    .min(0)
    .max(1_000)
    .default(50)
    .describe('Longest time an entry waits for company before it is written'),
  maxPending: z
    .int()
    .min(100)
    .max(1_000_000)
    .default(20_000)
    .describe('Entries waiting for the store before new ones are counted as dropped'),
});

/** A named slice of the catalog. */
export const endpointSettings = z.strictObject({
  title: z.string().max(200).optional().describe('Name for people'),
  include: z
    .array(z.string().min(1).max(256))
    .min(1)
    .max(256)
    .default(['*'])
    .describe('Entries as source/name with * for any text, e.g. "filesystem/read_*"'),
  exclude: z
    .array(z.string().min(1).max(256))
    .max(256)
    .default([])
    .describe('Entries left out, same form as include'),
  naming: z
    .enum(['prefixed', 'plain'])
    .default('prefixed')
    .describe('plain keeps original names; names two sources share stay prefixed'),
  disclosure: z
    .enum(['full', 'search'])
    .default('full')
    .describe('search lists three tools that find, describe and call the others; full lists every tool'),
});

/** One named slice, read. */
export type EndpointSettings = z.output<typeof endpointSettings>;

/** The hub's own sections of signalbox.yaml; each extension adds one under its name. */
export const coreSettings = {
  dataDir: z
    .string()
    .min(1)
    .default('.signalbox')
    .describe('Folder for keys and data; relative to signalbox.yaml'),
  http: http.prefault({}),
  stdio: z
    .strictObject({ level: level.default('anchor').describe('Level of the local owner over stdio') })
    .prefault({}),
  log: log.prefault({}),
  limits: limits.prefault({}),
  audit: audit.prefault({}),
  store: z
    .strictObject({
      driver: z
        .enum(['sqlite', 'postgres'])
        .default('sqlite')
        .describe('sqlite needs nothing; postgres is for clusters'),
    })
    .prefault({}),
  extensions: z
    .array(z.string().min(1))
    .max(256)
    .default([])
    .describe(
      'Files of your own extensions, loaded into the hub with its rights; relative to signalbox.yaml',
    ),
  endpoints: z
    .record(upstreamName, endpointSettings)
    .default({})
    .describe('Named slices of the catalog, served at /e/NAME/mcp'),
};

/** The hub's own settings, read. */
export type CoreSettings = {
  readonly [Section in keyof typeof coreSettings]: z.output<(typeof coreSettings)[Section]>;
};
