import { type Level, levels, SignalboxError } from '@signalbox/sdk';

type Environment = { readonly [name: string]: string | undefined };

/** What the variables `MCP_*` ask of `signalbox mcp`; absent where they say nothing. */
export interface McpVariables {
  readonly transport?: 'auto' | 'stdio' | 'http';
  readonly port?: number;
  readonly level?: Level;
  /** An authorization server whose tokens are taken. */
  readonly issuer?: string;
  /** The audience its tokens have. */
  readonly clientId?: string;
}

const transports = ['auto', 'stdio', 'http'] as const;
const givenLevels = levels.filter((level) => level !== 'none');

/**
 * Reads `MCP_TRANSPORT`, `MCP_HTTP_PORT`, `MCP_DEFAULT_PERMISSION`, `MCP_OAUTH_ISSUER` and `MCP_OAUTH_CLIENT_ID`.
 * Errors: `usage` for a value that is none of those they take.
 */
export function readMcpVariables(env: Environment): McpVariables {
  const transport = readWord(env, 'MCP_TRANSPORT', transports);
  const level = readWord(env, 'MCP_DEFAULT_PERMISSION', givenLevels);
  const port = readPort(env['MCP_HTTP_PORT']);
  const issuer = readIssuer(env['MCP_OAUTH_ISSUER']);
  const clientId = filled(env['MCP_OAUTH_CLIENT_ID']);
  return {
    ...(transport === undefined ? {} : { transport }),
    ...(port === undefined ? {} : { port }),
    ...(level === undefined ? {} : { level }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(clientId === undefined ? {} : { clientId }),
  };
}

/**
 * The environment with what options and variables mean as settings of the hub: options come before `SIGNALBOX_*`, and
 * those before `MCP_*`.
 */
export function withMcpVariables(
  env: Environment,
  { level, issuer, clientId }: McpVariables,
  told: { readonly level?: Level } = {},
): Environment {
  const issuers =
    issuer === undefined ? undefined : JSON.stringify([{ issuer, ...audienceOf(issuer, clientId, env) }]);
  return {
    ...levelOf(level),
    ...(issuers === undefined ? {} : { SIGNALBOX_AUTH__ISSUERS: issuers }),
    ...env,
    ...levelOf(told.level),
  };
}

function levelOf(level: Level | undefined): Environment {
  return level === undefined ? {} : { SIGNALBOX_HTTP__LEVEL: level, SIGNALBOX_STDIO__LEVEL: level };
}

/** Tokens are for the client that is named, or for the hub's own address (RFC 8707). */
function audienceOf(issuer: string, clientId: string | undefined, env: Environment): { audience: string } {
  if (clientId !== undefined) return { audience: clientId };
  const publicUrl = filled(env['SIGNALBOX_HTTP__PUBLIC_URL']);
  if (publicUrl !== undefined) return { audience: `${publicUrl.replace(/\/+$/, '')}/mcp` };
  throw new SignalboxError(
    'usage',
    `MCP_OAUTH_ISSUER names ${issuer}, but nothing says whom its tokens are for; set MCP_OAUTH_CLIENT_ID, or SIGNALBOX_HTTP__PUBLIC_URL`,
  );
}

function readWord<Word extends string>(
  env: Environment,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = filled(env[name]);
  if (text === undefined) return undefined;
  const word = words.find((each) => each === text);
  if (word !== undefined) return word;
  throw new SignalboxError(
    'usage',
    `${name} is ${JSON.stringify(text.slice(0, 40))}; it takes ${words.join(', ')}`,
  );
}

function readPort(given: string | undefined): number | undefined {
  const text = filled(given);
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new SignalboxError(
    'usage',
    `MCP_HTTP_PORT is ${JSON.stringify(text.slice(0, 40))}; it takes a port from 0 to 65535`,
  );
}

function readIssuer(given: string | undefined): string | undefined {
  const text = filled(given);
  if (text === undefined || /^https?:\/\/[^\s?#]+$/.test(text)) return text;
  throw new SignalboxError(
    'usage',
    'MCP_OAUTH_ISSUER is no address; it takes one such as https://auth.example.com',
  );
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}
