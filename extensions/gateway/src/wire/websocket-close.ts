const meanings: { readonly [code: number]: string } = {
  1000: 'it ended the connection as agreed',
  1001: 'it is going away',
  1002: 'it found the hub at fault in the WebSocket protocol',
  1003: 'it does not take this kind of message',
  1005: 'it closed the connection and did not say why',
  1006: 'the connection broke without a word',
  1007: 'it could not read a message as UTF-8',
  1008: 'a message was against its policy; check the credentials in its headers',
  1009: 'a message of the hub was too large for it',
  1010: 'it wanted an extension of the protocol that the hub does not offer',
  1011: 'it failed inside',
  1012: 'it restarts',
  1013: 'it is overloaded',
  1014: 'a gateway in front of it got no good answer',
};

/** RFC 6455 §5.5: no reason is longer, so that none is cut in two. */
const longestReason = 123;

/** What the close code of a WebSocket says, in words (RFC 6455 §7.4, IANA "WebSocket Close Code Number Registry"). */
export function describeClose(code: number, reason: string): string {
  const known =
    meanings[code] ?? (code >= 4000 ? 'it closed the connection for a reason of its own' : undefined);
  // The reason is written by a stranger and ends up in front of people.
  // oxlint-disable-next-line no-control-regex
  const words = reason.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, longestReason);
  const said = words === '' ? '' : `, saying "${words}"`;
  return `${known ?? 'it closed the connection'} (close code ${code}${said})`;
}
