/**
 * A message as one line, as events and lines of JSON want it. An upstream's own bytes may be spread over many;
 * outside of its texts JSON takes any white space, and inside it has no line ends.
 */
export function oneLine(message: string | Uint8Array): string {
  const text = typeof message === 'string' ? message : Buffer.from(message).toString('utf8');
  return typeof message === 'string' ? text : text.replace(/[\r\n]+/g, ' ');
}
