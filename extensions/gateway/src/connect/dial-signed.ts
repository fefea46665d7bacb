import type { RequestToSign, SignalboxError, UpstreamRefusal, UpstreamSigner } from '@signalbox/sdk';
import type { MessageWire } from '../wire/message-wire.ts';

/** What was answered to a handshake instead of a socket. */
export interface HandshakeRefusal {
  readonly answer: UpstreamRefusal;
  readonly error: SignalboxError;
}

/** A handshake under way. */
export interface Dialled {
  readonly wire: MessageWire;
  /** From now on nothing of it is told to anybody, and nothing else ends with it. */
  readonly giveUp: () => void;
  readonly answered: Promise<HandshakeRefusal | undefined>;
}

// A nonce and a token that was taken back may come together.
const mostRefusals = 2;

/**
 * Makes a handshake with the headers of an account. While it is refused (401, 403) and the signer can make that good, it is
 * made again. Errors: those of the handshake, and `upstream_login_needed` of the signer.
 */
export async function dialSigned(
  dial: (signature: { readonly [name: string]: string }) => Dialled,
  { signer, request }: { readonly signer: UpstreamSigner | undefined; readonly request: RequestToSign },
): Promise<MessageWire> {
  for (let refusals = 0; ; refusals++) {
    const { wire, giveUp, answered } = dial((await signer?.headersFor(request)) ?? {});
    try {
      const refusal = await answered;
      if (!refusal) return wire;
      if (refusals >= mostRefusals || !(await isMadeGood(signer, request, refusal))) throw refusal.error;
      giveUp();
      await wire.close(0);
    } catch (error) {
      await wire.close(0);
      throw error;
    }
  }
}

async function isMadeGood(
  signer: UpstreamSigner | undefined,
  request: RequestToSign,
  { answer }: HandshakeRefusal,
): Promise<boolean> {
  if (answer.headers['dpop-nonce'] !== undefined) signer?.onAnswer?.(request, answer);
  const isRefusal = answer.status === 401 || answer.status === 403;
  return isRefusal && ((await signer?.afterRefusal(request, answer)) ?? false);
}
