import { z } from 'zod';

/** The section `vault` of signalbox.yaml. */
export const vaultSettings = z.strictObject({
  rootKey: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Key of 32 bytes (hex or base64url) that protects all others, e.g. "${env:SIGNALBOX_ROOT_KEY}"; else the systemd credential signalbox-root-key, else root.key of the data folder',
    ),
  formerRootKeys: z
    .array(z.string().min(1))
    .max(16)
    .default([])
    .describe('Root keys from before; what they protect is taken over by the current one at the next start'),
});

/** The section `vault`, read. */
export type VaultSettings = z.output<typeof vaultSettings>;
