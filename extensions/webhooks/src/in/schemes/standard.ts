import { headerOf, isFresh, isSignedBy, refuse, type Verify } from './signed-request.ts';

const mostSignatures = 10;

/**
 * Standard Webhooks (standardwebhooks.com, 1.0.0): `v1,` and base64 of an HMAC-SHA256 over id, time and body. An id with a dot is
 * refused: where it ends could not be told.
 */
export const verifyStandard: Verify = (request) => {
  const { headers, body, keys } = request;
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const given = headerOf(headers, 'webhook-signature');
  if (id === undefined || timestamp === undefined || given === undefined) return refuse('no-signature');
  if (!/^[\x21-\x2d\x2f-\x7e]{1,200}$/.test(id)) return refuse('wrong-signature');
  if (!isFresh(timestamp, request)) return refuse('stale');
  const signatures = given.split(' ').slice(0, mostSignatures).flatMap(readSignature);
  const isSigned = isSignedBy(keys, signatures, `${id}.${timestamp}.`, body);
  return isSigned ? { isGood: true, id } : refuse('wrong-signature');
};

function readSignature(text: string): readonly Buffer[] {
  const [, base64] = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(text) ?? [];
  return base64 === undefined ? [] : [Buffer.from(base64, 'base64')];
}
