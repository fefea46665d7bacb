import { z } from 'zod';

/** A value that settings and definitions take and nobody is shown. */
export const secret = z.string().meta({ writeOnly: true });

/** Whose word an identity provider of a company exchanges for one an upstream takes. */
const identity = z.union([
  z.strictObject({
    provider: z
      .string()
      .min(1)
      .max(32)
      .describe(
        'Identity provider of auth.providers where each person signs in; it must say keepIdentity: true',
      ),
  }),
  z.strictObject({
    issuer: z
      .url({ protocol: /^https?$/ })
      .describe('Identity provider; where tokens are exchanged is found from its metadata'),
    clientId: z.string().min(1).max(2_000).describe('Client it has registered for the hub'),
    clientSecret: secret.min(1).max(4_096).optional().describe('Secret of that client'),
    tokenFile: z
      .string()
      .min(1)
      .max(4_096)
      .describe('File with the ID token of the hub there (a platform keeps it fresh); read at each exchange'),
  }),
]);

/** How the hub is known at an upstream that wants OAuth. */
export const upstreamCredentialSettings = z
  .strictObject({
    mode: z
      .enum(['user', 'organization', 'none'])
      .optional()
      .describe(
        'Whose account calls use: user (where absent) each person their own, organization one that is shared, none only the headers given here',
      ),
    grant: z
      .enum(['code', 'client_credentials', 'workload', 'enterprise'])
      .default('code')
      .describe(
        'code sends a person to sign in; client_credentials and workload let the hub sign in by itself, for the organization; enterprise goes through the identity provider of the company',
      ),
    scopes: z
      .array(z.string().min(1).max(200))
      .max(64)
      .optional()
      .describe('Scopes asked for; what the upstream names where absent'),
    clientId: z
      .string()
      .min(1)
      .max(2_000)
      .optional()
      .describe('Client the upstream has registered for the hub'),
    clientSecret: secret.min(1).max(4_096).optional().describe('Secret of that client'),
    privateKey: secret
      .min(1)
      .max(16_384)
      .optional()
      .describe('Private key (PEM, PKCS #8) the client proves itself with instead of a secret'),
    issuer: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        'Authorization server that client belongs to; must be set where the hub signs in by itself, else it is the one the upstream names first',
      ),
    assertionFile: z
      .string()
      .min(1)
      .max(4_096)
      .optional()
      .describe(
        'File with the identity token of the workload (a platform keeps it fresh); read at each sign-in',
      ),
    identity: identity
      .optional()
      .describe(
        'Only with grant enterprise: what the identity provider exchanges, the sign-in of each person or a token of the hub in a file',
      ),
    dpop: z
      .enum(['auto', 'off'])
      .default('auto')
      .describe('auto binds tokens to a key of the hub where the authorization server can (RFC 9449)'),
  })
  // security: an upstream could name a server of its own and be sent what proves who the hub is.
  .refine(({ grant, issuer }) => grant === 'code' || issuer !== undefined, {
    path: ['issuer'],
    message:
      'must be set where grant is client_credentials, workload or enterprise: what proves who the hub is goes there only',
  })
  .refine(({ grant, identity }) => (grant === 'enterprise') === (identity !== undefined), {
    path: ['identity'],
    message: 'must be set where grant is enterprise, and nowhere else',
  })
  // The identity provider names the client in what it gives, and the upstream's server holds it against who shows it.
  .refine(({ grant, ...rest }) => grant !== 'enterprise' || isProvenClient(rest), {
    path: ['clientId'],
    message: 'must be set with clientSecret or privateKey where grant is enterprise',
  })
  .refine((settings) => settings.mode !== 'organization' || !usesPersonalIdentity(settings), {
    path: ['mode'],
    message: 'cannot be organization where each person is known by their own sign-in at identity.provider',
  })
  .refine(({ clientSecret, privateKey }) => clientSecret === undefined || privateKey === undefined, {
    path: ['privateKey'],
    message: 'cannot stand beside clientSecret: a client proves itself with one of them; remove the other',
  });

/** How the hub is known at an upstream, read. */
export type UpstreamCredentialSettings = z.output<typeof upstreamCredentialSettings>;

/** True where the hub signs in by itself, for the organization; else each account is somebody's who was asked. */
export function signsInByItself(settings: UpstreamCredentialSettings): boolean {
  return settings.grant !== 'code' && !usesPersonalIdentity(settings);
}

function usesPersonalIdentity({ identity }: { readonly identity?: object | undefined }): boolean {
  return identity !== undefined && 'provider' in identity;
}

function isProvenClient({ clientId, clientSecret, privateKey }: ClientSettings): boolean {
  return clientId !== undefined && (clientSecret ?? privateKey) !== undefined;
}

interface ClientSettings {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly privateKey?: string | undefined;
}
