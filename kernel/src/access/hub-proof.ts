import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { clientAddress, SignalboxError } from '@signalbox/sdk';
import { isLoopbackAddress } from './authenticate.ts';

/** Where a hub proves to a program of this machine that it holds the owner key. */
export const proofPath = '/local/proof';

/**
 * Answers `GET /local/proof?nonce=…`, so that nobody hands the key to a stranger who has taken the hub's port.
 * Errors: `forbidden` for another machine, `invalid_params` for a nonce that is not 32 to 128 hex digits.
 */
export function proofAnswer(
  ownerKey: string,
): (request: IncomingMessage) => Promise<{ status: number; type: string; body: string }> {
  return (request) => {
    if (!isFromThisMachine(request)) {
      throw new SignalboxError('forbidden', 'only programs on this machine may ask for the proof');
    }
    const nonce = new URL(request.url ?? '/', 'http://localhost').searchParams.get('nonce') ?? '';
    if (!/^[0-9a-f]{32,128}$/i.test(nonce)) {
      throw new SignalboxError('invalid_params', 'the nonce must be 32 to 128 hex digits; send "?nonce=…"');
    }
    const body = JSON.stringify({ proof: proofOf(ownerKey, nonce) });
    return Promise.resolve({ status: 200, type: 'application/json', body });
  };
}

/** Only who holds the owner key can make it, and it tells nothing of a key of 160 random bits. */
function proofOf(ownerKey: string, nonce: string): string {
  return createHmac('sha256', ownerKey).update(`signalbox-proof:${nonce}`).digest('hex');
}

/** A hub that listens on one address of this machine is reached from that same address. */
function isFromThisMachine(request: IncomingMessage): boolean {
  const address = clientAddress(request);
  return isLoopbackAddress(address) || (address !== undefined && address === request.socket.localAddress);
}
