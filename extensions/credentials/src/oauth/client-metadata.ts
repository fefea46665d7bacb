import type { OAuthClientMetadata } from '@modelcontextprotocol/client';

/** What the hub says of itself as an OAuth client (RFC 7591 §2). */
export function clientMetadata(name: string, redirectUri: string): OAuthClientMetadata {
  const { hostname } = new URL(redirectUri);
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return {
    client_name: name,
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: isLoopback ? 'native' : 'web',
  };
}
