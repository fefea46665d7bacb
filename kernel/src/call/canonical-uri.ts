/**
 * A URI in the one spelling rules are held against (RFC 3986, 6.2.2): scheme and host in lower case, nothing encoded that
 * needs no encoding, no dot segments, and the digits of what is encoded in upper case.
 */
export function canonicalUri(uri: string): string {
  const decoded = uri.replace(/%([0-9a-f]{2})/gi, (whole, digits: string) => {
    const character = String.fromCharCode(Number.parseInt(digits, 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : whole.toUpperCase();
  });
  const [, scheme = '', authority = '', path = '', rest = ''] = parts.exec(decoded) ?? [];
  if (scheme === '') return decoded;
  const [, user = '', host = ''] = /^(.*@)?(.*)$/s.exec(authority) ?? [];
  return `${scheme.toLowerCase()}${user}${host.toLowerCase()}${withoutDots(path)}${rest}`;
}

const parts = /^([A-Za-z][A-Za-z0-9+.-]*:)((?:\/\/[^/?#]*)?)([^?#]*)(.*)$/s;

/** The path with its dot segments resolved; a slash that is encoded separates nothing, but hides nothing either. */
function withoutDots(path: string): string {
  const segments = path.split(/(\/|\\|%2F|%5C)/);
  if (!segments.some(isDots)) return path;
  const kept: string[] = [];
  for (let index = 0; index < segments.length; index += 2) {
    const segment = segments[index] ?? '';
    const separator = segments[index + 1] ?? '';
    if (segment === '..') kept.splice(Math.max(kept.length - 1, path.startsWith('/') ? 1 : 0));
    else if (segment !== '.') kept.push(`${segment}${separator}`);
  }
  return kept.join('');
}

function isDots(segment: string): boolean {
  return segment === '.' || segment === '..';
}
