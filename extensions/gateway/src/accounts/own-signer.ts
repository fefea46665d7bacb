import type { UpstreamSigner } from '@signalbox/sdk';
import { wantsLogin } from './login-needed.ts';

/**
 * Signs for a person's own line, which carries nothing unsigned: an account that has just been let go of ends the request
 * with `upstream_login_needed`, also at an upstream that would take it from anybody.
 */
export function ownSigner(name: string, signer: UpstreamSigner): UpstreamSigner {
  const check = (headers: { readonly [name: string]: string }): { readonly [name: string]: string } => {
    if ('authorization' in headers) return headers;
    throw wantsLogin(name);
  };
  const { afterRefusal, onAnswer } = signer;
  return {
    headersFor: (request) => {
      const headers = signer.headersFor(request);
      return headers instanceof Promise ? headers.then(check) : check(headers);
    },
    afterRefusal,
    ...(onAnswer ? { onAnswer } : {}),
  };
}
