import { z } from 'zod';

/** The section `credentials` of the settings. */
export const credentialSettings = z.strictObject({
  allowPrivate: z
    .array(z.string().max(300))
    .max(100)
    .default([])
    .describe(
      'Hosts on private networks (host or host:port) where upstreams and their authorization servers may be asked for sign-in; the address of an upstream itself may always be',
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
      'Where the client metadata document of the hub is published, when not at http.publicUrl /upstreams/client.json',
    ),
});

/** The settings as they are in force. */
export type CredentialSettings = z.output<typeof credentialSettings>;
