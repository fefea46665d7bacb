import type { ServerResponse } from 'node:http';
import { SignalboxError } from '@signalbox/sdk';
import type { HubPlace } from './hub-place.ts';
import { scopesOf } from './resources.ts';

/**
 * The metadata of a resource (RFC 9728 §2), by what follows the well-known part; the root is that of `/mcp`.
 * Errors: `not_found` where there is no resource.
 */
export function resourceMetadata({ baseUrl, path: hubPath }: HubPlace, rest: string): object {
  const given = rest === '' ? '' : `/${rest}`;
  const path = given.startsWith(`${hubPath}/`) ? given.slice(hubPath.length) : given;
  const resourcePath = path === '' || path === hubPath ? '/mcp' : path;
  const scopes = scopesOf(resourcePath);
  if (!scopes) throw new SignalboxError('not_found', `there is no resource at ${resourcePath.slice(0, 200)}`);
  return {
    resource: `${baseUrl}${resourcePath}`,
    authorization_servers: [baseUrl],
    scopes_supported: scopes,
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519'],
    resource_name: 'Signalbox',
  };
}

/** Answers with metadata, which everybody may read. */
export function sendMetadata(response: ServerResponse, document: object): void {
  const text = JSON.stringify(document);
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'public, max-age=300',
    'access-control-allow-origin': '*',
  });
  response.end(text);
}
