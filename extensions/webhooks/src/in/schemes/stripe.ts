import { fromHex, headerOf, isFresh, isSignedBy, nameOf, refuse, type Verify } from './signed-request.ts';

const mostParts = 20;

/** Stripe's `Stripe-Signature`: `t=` a time and `v1=` an HMAC-SHA256 over time and body, `v1` more than once while a secret is changed. */
export const verifyStripe: Verify = (request) => {
  const { headers, body, keys } = request;
  const given = headerOf(headers, 'stripe-signature');
  if (given === undefined) return refuse('no-signature');
  const parts = given.split(',').slice(0, mostParts);
  const valuesOf = (name: string): readonly string[] =>
    parts.filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1));
  const [timestamp, ...others] = valuesOf('t');
  if (timestamp === undefined || others.length > 0) return refuse('no-signature');
  if (!isFresh(timestamp, request)) return refuse('stale');
  const start = `${timestamp}.`;
  if (!isSignedBy(keys, valuesOf('v1').flatMap(fromHex), start, body)) return refuse('wrong-signature');
  return { isGood: true, id: nameOf(start, body) };
};
