import { SignalboxError } from '@signalbox/sdk';
import { z } from 'zod';

/** Where to sign in for a hub. */
export interface SignInPlace {
  readonly issuer: string;
  readonly resource: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly deviceEndpoint: string | undefined;
  readonly revocationEndpoint: string | undefined;
}

const resourceMetadata = z.object({ resource: z.url(), authorization_servers: z.array(z.url()).min(1) });
const endpoint = z.url({ protocol: /^https?$/ });
const serverMetadata = z.object({
  issuer: z.string(),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  device_authorization_endpoint: endpoint.optional(),
  revocation_endpoint: endpoint.optional(),
  code_challenge_methods_supported: z.array(z.string()),
});
const timeoutMs = 10_000;

/**
 * Asks a hub where to sign in (RFC 9728, RFC 8414). Errors: `hub_unreachable`; `unsupported` where it says something
 * that cannot be relied on; `usage` for plain http to another machine.
 */
export async function discover(url: string): Promise<SignInPlace> {
  const base = url.replace(/\/+$/, '');
  checkSafe(base);
  const resource = await readJson(wellKnown(`${base}/api/v1`, 'oauth-protected-resource'), resourceMetadata);
  if (resource.resource !== `${base}/api/v1`)
    throw untrusted(base, `it calls itself "${resource.resource}"; use that address`);
  const [issuer = ''] = resource.authorization_servers;
  checkSafe(issuer);
  const server = await readJson(wellKnown(issuer, 'oauth-authorization-server'), serverMetadata);
  // RFC 8414 §3.3; what is not the same to the byte is another server.
  if (server.issuer !== issuer) throw untrusted(base, `its sign-in calls itself "${server.issuer}"`);
  if (!server.code_challenge_methods_supported.includes('S256'))
    throw untrusted(base, 'its sign-in knows no PKCE');
  for (const each of [server.authorization_endpoint, server.token_endpoint]) checkSafe(each);
  return {
    issuer,
    resource: resource.resource,
    authorizationEndpoint: server.authorization_endpoint,
    tokenEndpoint: server.token_endpoint,
    deviceEndpoint: server.device_authorization_endpoint,
    revocationEndpoint: server.revocation_endpoint,
  };
}

/** The well-known part stands before the path (RFC 8615, RFC 8414 §3.1). */
function wellKnown(address: string, name: string): string {
  const { origin, pathname } = new URL(address);
  return `${origin}/.well-known/${name}${pathname === '/' ? '' : pathname}`;
}

function checkSafe(address: string): void {
  const url = URL.parse(address);
  const isLocal = url !== null && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return;
  throw new SignalboxError('usage', `sign-in to "${address}" would not be private; use https`);
}

async function readJson<Output>(url: string, schema: z.ZodType<Output>): Promise<Output> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new Error(`answered with ${response.status}`);
    return schema.parse(await response.json());
  } catch (cause) {
    throw new SignalboxError('hub_unreachable', `${url} does not tell how to sign in; check --url`, {
      cause,
    });
  }
}

function untrusted(base: string, why: string): SignalboxError {
  return new SignalboxError('unsupported', `cannot sign in to ${base}: ${why}`);
}
