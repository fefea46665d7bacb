import { createHmac } from 'node:crypto';
import type { SigningKey } from '../secrets.ts';
import { standardHeaders } from '../standard-signature.ts';
import type { Incoming } from '../webhook.ts';

/** The headers a sender would put to a body, to try a webhook with. */
export function signSample(
  scheme: Incoming['scheme'],
  key: SigningKey,
  { id, nowMs, body }: { readonly id: string; readonly nowMs: number; readonly body: Buffer },
): { readonly [name: string]: string } {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const hex = (...parts: readonly (string | Buffer)[]): string => {
    const hmac = createHmac('sha256', key);
    for (const part of parts) hmac.update(part);
    return hmac.digest('hex');
  };
  switch (scheme) {
    case 'standard':
      return standardHeaders([key], id, nowMs, body);
    case 'github':
      return {
        'x-github-event': 'ping',
        'x-github-delivery': id,
        'x-hub-signature-256': `sha256=${hex(body)}`,
      };
    case 'slack':
      return {
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${hex(`v0:${timestamp}:`, body)}`,
      };
    case 'stripe':
      return { 'stripe-signature': `t=${timestamp},v1=${hex(`${timestamp}.`, body)}` };
    default:
      return scheme satisfies never;
  }
}
