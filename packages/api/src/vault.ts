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

/** Puts the keys of all organizations under the root key in use. */
export const rewrapSecretsKeys = describeRoute({
  method: 'POST',
  path: '/api/v1/secrets/rewrap',
  id: 'rewrapSecretsKeys',
  summary:
    'Encrypt the keys of all organizations under the root key in use, where they are under a former one; a start does it, too',
  tag: 'secrets',
  access: 'principal',
  minLevel: 'anchor',
  permission: 'admin:system',
  answer: z.object({ keys: z.int().describe('How many were under another') }).meta({ id: 'RewrappedKeys' }),
});
