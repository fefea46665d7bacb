import { z } from 'zod';
import { describeRoute } from './route-description.ts';

/** Makes a new key for the secrets of the organization. */
export const rotateSecretsKey = describeRoute({
  method: 'POST',
  path: '/api/v1/secrets/key',
  id: 'rotateSecretsKey',
  summary:
    'Make a new key that encrypts the secrets of the organization from now on; older ones still open what they sealed',
  tag: 'secrets',
  access: 'principal',
  minLevel: 'anchor',
  permission: 'admin:org',
  answer: z.object({ keyId: z.string() }).meta({ id: 'SecretsKey' }),
  status: 201,
});
