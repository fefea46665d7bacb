import type { UpstreamDefinition } from '@signalbox/sdk';

/** Every value of a definition that is, or may be, a secret: of headers, environments, schemes of APIs and clients. */
export function secretValues(definition: UpstreamDefinition): string[] {
  if ('url' in definition) {
    const { headers, run, credentials } = definition;
    const { clientSecret, privateKey, identity } = credentials;
    const there = identity && 'issuer' in identity ? identity.clientSecret : undefined;
    const own = [clientSecret, privateKey, there].filter((value) => value !== undefined);
    return [...Object.values(headers), ...Object.values(run?.env ?? {}), ...own];
  }
  if (!('openapi' in definition)) return Object.values(definition.env);
  const secrets = Object.values(definition.auth);
  // A basic scheme's secret is user:password; the password alone is one, too.
  const passwords = secrets.map((secret) => secret.slice(secret.indexOf(':') + 1));
  return [...Object.values(definition.headers), ...secrets, ...passwords];
}

/** True when a definition must not be kept in clear: it has a value that may be a secret, or an address that may hold one. */
export function holdsSecrets(definition: UpstreamDefinition): boolean {
  if (secretValues(definition).length > 0) return true;
  return 'url' in definition ? /[@?]/.test(definition.url) || definition.run !== undefined : false;
}
