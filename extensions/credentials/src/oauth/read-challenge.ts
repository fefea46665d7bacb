import type { UpstreamRefusal } from '@signalbox/sdk';

/** What an upstream says with a refusal (RFC 6750 §3, RFC 9449 §7.1). */
export interface ReadChallenge {
  /** False for a refusal that is not about a token. */
  readonly isOAuth: boolean;
  readonly error?: string;
  readonly scopes: readonly string[];
  readonly resourceMetadata?: string;
}

/** Reads the challenges of a refusal; the first that is about tokens counts. */
export function readChallenge({ headers }: UpstreamRefusal): ReadChallenge {
  const given = headers['www-authenticate'];
  const text = (typeof given === 'string' ? given : (given ?? []).join(', ')).slice(0, 8_192);
  if (!/(?:^|,)\s*(?:bearer|dpop)(?:\s|$|,)/i.test(text)) return { isOAuth: false, scopes: [] };
  const error = parameter(text, 'error');
  const resourceMetadata = parameter(text, 'resource_metadata');
  const scopes = (parameter(text, 'scope') ?? '').split(' ').filter(Boolean).slice(0, 100);
  return {
    isOAuth: true,
    scopes: scopes.filter((scope) => scope.length <= 200),
    ...(error === undefined ? {} : { error }),
    ...(resourceMetadata !== undefined && URL.canParse(resourceMetadata) ? { resourceMetadata } : {}),
  };
}

function parameter(text: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|[\\s,])${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,"]+))`, 'i').exec(text);
  return match?.[1]?.replace(/\\(.)/g, '$1') ?? match?.[2];
}
