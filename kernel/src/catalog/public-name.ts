import { createHash } from 'node:crypto';

const maxLength = 64;

/**
 * The name a tool or prompt of an upstream has in the whole catalog: `upstream__name`, at most 64 characters of
 * `A-Za-z0-9_-`. A name that had to be changed ends in a hash of its identity, so it is the same on every start
 * and never another's.
 */
export function prefixedName(source: string, originalName: string): string {
  const wanted = `${source}__${originalName}`;
  const safe = wanted.replace(/[^A-Za-z0-9_-]/g, '_');
  if (safe === wanted && wanted.length <= maxLength) return wanted;
  return `${safe.slice(0, maxLength - 9)}_${identityHash(source, originalName)}`;
}

/** One more name for an entry whose every other name is taken; each salt gives another. */
export function saltedName(source: string, originalName: string, salt: number): string {
  const safe = `${source}__${originalName}`.replace(/[^A-Za-z0-9_-]/g, '_');
  return `${safe.slice(0, maxLength - 9)}_${identityHash(source, `${originalName}\0${salt}`)}`;
}

/** True for a URI of the hub's own making; a source's URI of that form would speak in the hub's name. */
export function isReservedUri(uri: string): boolean {
  return /^signalbox:/i.test(uri);
}

/** The URI of a resource in the whole catalog when another source already has its own URI there. */
export function prefixedUri(source: string, originalUri: string): string {
  return `signalbox://${source}/${encodeURIComponent(originalUri)}`;
}

/** The same for a template: its expressions stay, so that a client can fill them in (RFC 6570). */
export function prefixedTemplate(source: string, originalTemplate: string): string {
  const parts = originalTemplate.split(/(\{[^{}]*\})/);
  const encoded = parts.map((part, index) => (index % 2 === 1 ? part : encodeURIComponent(part)));
  return `signalbox://${source}/${encoded.join('')}`;
}

/** The source and URI behind {@link prefixedUri}; undefined for any other URI. */
export function readPrefixedUri(uri: string): { source: string; originalUri: string } | undefined {
  const match = /^signalbox:\/\/([a-z0-9-]+)\/(.+)$/s.exec(uri);
  if (!match?.[1] || !match[2]) return undefined;
  try {
    return { source: match[1], originalUri: decodeURIComponent(match[2]) };
  } catch {
    return undefined;
  }
}

/** True for a name an extension's own tool may have: short, safe, and never in an upstream's form. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(name) && !name.includes('__');
}

function identityHash(source: string, originalName: string): string {
  return createHash('sha256').update(`${source}\0${originalName}`).digest('hex').slice(0, 8);
}
