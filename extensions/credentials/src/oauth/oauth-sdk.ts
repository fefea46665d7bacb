import type * as OAuthSdk from '@modelcontextprotocol/client';

/**
 * The OAuth helpers of the MCP SDK. Loaded when something at an upstream asks for a sign-in first: a hub without such
 * upstreams does without a third of a second and 27 MB.
 */
export function loadOAuthSdk(): Promise<typeof OAuthSdk> {
  return import('@modelcontextprotocol/client');
}
