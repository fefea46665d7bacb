/**
 * The name requests of one address are counted by: an IPv4 address itself, of an IPv6 address its first 64 bits, because
 * whoever has one has all of those (RFC 4291 §2.5.1). What is no address stays as it is.
 */
export function addressGroup(address: string): string {
  if (!address.includes(':')) return address;
  const groups = readGroups(address.replace(/%.*$/, ''));
  if (!groups) return address;
  const [high = 0, low = 0] = groups.slice(6);
  // RFC 4291 §2.5.5.2: an IPv4 address as a server that listens on both sees it.
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight groups of an IPv6 address; undefined for what is none. */
function readGroups(address: string): readonly number[] | undefined {
  // The parser of URLs knows every spelling, and gives the shortest (RFC 5952).
  const shortest = URL.parse(`http://[${address}]/`)?.hostname.slice(1, -1);
  if (shortest === undefined) return undefined;
  const [head = '', tail] = shortest.split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  if (!before || !after) return undefined;
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
}
