import { fromHex, headerOf, isFresh, isSignedBy, nameOf, refuse, type Verify } from './signed-request.ts';

/** Slack's `X-Slack-Signature`: `v0=` and an HMAC-SHA256 over version, time and body. */
export const verifySlack: Verify = (request) => {
  const { headers, body, keys } = request;
  const timestamp = headerOf(headers, 'x-slack-request-timestamp');
  const given = headerOf(headers, 'x-slack-signature');
  if (timestamp === undefined || given === undefined) return refuse('no-signature');
  if (!isFresh(timestamp, request)) return refuse('stale');
  const signatures = given.startsWith('v0=') ? fromHex(given.slice(3)) : [];
  const start = `v0:${timestamp}:`;
  if (!isSignedBy(keys, signatures, start, body)) return refuse('wrong-signature');
  return { isGood: true, id: nameOf(start, body) };
};
