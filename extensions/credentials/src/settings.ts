import { z } from 'zod';

/** The section `credentials` of the settings. */
export const credentialSettings = z.strictObject({
  allowPrivate: z
    .array(z.string().max(300))
    .max(100)
    .default([])
    .describe(
      'Hosts on private networks (host or host:port) where upstreams and their authorization servers may be asked for sign-in; an upstream itself always may, at exactly the host and port of its url',
    ),
  clientName: z
    .string()
    .min(1)
    .max(100)
    .default('Signalbox')
    .describe('What the hub calls itself at authorization servers; people see it when they allow access'),
  clientMetadataUrl: z
    .url({ protocol: /^https$/ })
    .optional()
    .describe(
      'Where the one client metadata document of the hub is published, when the hub does not serve them itself; it must list the redirect address of each authorization server, which server login shows',
    ),
});

/** The settings as they are in force. */
export type CredentialSettings = z.output<typeof credentialSettings>;
