import type { RequestToSign, UpstreamSigner } from '@signalbox/sdk';
import { wantsLogin } from './login-needed.ts';

type Headers = ReturnType<UpstreamSigner['headersFor']>;

/**
 * Signs for a person's own line, which carries nothing unsigned: an account that has just been let go of ends the request
 * with `upstream_login_needed`, also at an upstream that would take it from anybody. For who may not use the upstream any
 * more nothing is signed either.
 */
export function ownSigner(
  name: string,
  signer: UpstreamSigner,
  isGood: () => boolean | Promise<boolean>,
): UpstreamSigner {
  const check = (headers: { readonly [name: string]: string }): { readonly [name: string]: string } => {
    if ('authorization' in headers) return headers;
    throw wantsLogin(name);
  };
  const { afterRefusal, onAnswer, redact } = signer;
  const sign = (request: RequestToSign, isStill: boolean): Headers => {
    if (!isStill) throw wantsLogin(name);
    const headers = signer.headersFor(request);
    return headers instanceof Promise ? headers.then(check) : check(headers);
  };
  return {
    headersFor: (request) => {
      const isStill = isGood();
      return isStill instanceof Promise ? isStill.then((is) => sign(request, is)) : sign(request, isStill);
    },
    afterRefusal,
    ...(onAnswer ? { onAnswer } : {}),
    ...(redact ? { redact } : {}),
  };
}
