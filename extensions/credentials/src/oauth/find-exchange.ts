import { SignalboxError } from '@signalbox/sdk';
import { z } from 'zod';
import type { OAuthContext } from './oauth-context.ts';
import { loadOAuthSdk } from './oauth-sdk.ts';

/** Of the metadata of an identity provider only what an exchange needs: not all of them write the rest. */
const exchangeMetadata = z.object({
  issuer: z.string(),
  token_endpoint: z.url({ protocol: /^https?$/ }),
  // RFC 8414 §2: where the list is left out, it is client_secret_basic.
  token_endpoint_auth_methods_supported: z.array(z.string()).default(['client_secret_basic']),
});

/** Where an identity provider exchanges tokens. */
export interface ExchangePlace {
  readonly tokenEndpoint: string;
  /** Whether clients show their secret in a header; else it goes into the form. */
  readonly takesBasic: boolean;
}

/**
 * Finds where an identity provider exchanges tokens, from the metadata at the well-known places of its issuer alone (RFC 8414,
 * OpenID Connect Discovery). `where` names it in messages. Errors: `upstream_*`, `address_refused`.
 */
export async function findExchange(
  { fetch }: OAuthContext,
  issuer: string,
  where: string,
): Promise<ExchangePlace> {
  const { buildDiscoveryUrls } = await loadOAuthSdk();
  for (const { url } of buildDiscoveryUrls(issuer)) {
    const response = await fetch(url, { headers: { accept: 'application/json' } });
    if (response.status >= 500)
      throw new SignalboxError('upstream_unavailable', `${where} answered HTTP ${response.status}`);
    const read = exchangeMetadata.safeParse(await response.json().catch(() => undefined));
    if (!response.ok || !read.success) continue;
    // RFC 8414 §3.3: byte for byte.
    if (read.data.issuer !== issuer)
      throw invalid(`${where} does not call itself what it was found as; nothing was sent to it`);
    return {
      tokenEndpoint: read.data.token_endpoint,
      takesBasic: read.data.token_endpoint_auth_methods_supported.includes('client_secret_basic'),
    };
  }
  throw invalid(`${where} has no metadata at its well-known places; check its issuer`);
}

function invalid(text: string): SignalboxError {
  return new SignalboxError('upstream_invalid_answer', text);
}
