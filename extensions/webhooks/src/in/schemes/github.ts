import { fromHex, headerOf, isSignedBy, nameOf, refuse, type Verify } from './signed-request.ts';

/**
 * GitHub's `X-Hub-Signature-256`: `sha256=` and an HMAC-SHA256 over the body alone. Neither time nor `X-GitHub-Delivery` is signed, so
 * a request is named by its body: the same one again is the same event, whatever delivery it says it is.
 */
export const verifyGithub: Verify = ({ headers, body, keys }) => {
  const given = headerOf(headers, 'x-hub-signature-256');
  if (given === undefined) return refuse('no-signature');
  const signatures = given.startsWith('sha256=') ? fromHex(given.slice(7)) : [];
  if (!isSignedBy(keys, signatures, body)) return refuse('wrong-signature');
  return { isGood: true, id: nameOf(body) };
};
