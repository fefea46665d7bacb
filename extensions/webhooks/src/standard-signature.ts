import { createHmac } from 'node:crypto';
import type { SigningKey } from './secrets.ts';

/** The headers of a request that is signed so; with several keys each signs it, so that a receiver may have any of them. */
export function standardHeaders(
  keys: readonly SigningKey[],
  id: string,
  nowMs: number,
  body: Uint8Array,
): { readonly [name: string]: string } {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const signatures = keys.map(
    (key) => `v1,${standardSignature(key, { id, timestamp, body }).toString('base64')}`,
  );
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/** The signature of Standard Webhooks over id, time and body, without its version. */
function standardSignature(
  key: SigningKey,
  { id, timestamp, body }: { readonly id: string; readonly timestamp: string; readonly body: Uint8Array },
): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}
