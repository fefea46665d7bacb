import type { RouteDescription } from '@signalbox/api';
import { isJsonObject, SignalboxError } from '@signalbox/sdk';
import type { RequestParts } from './send-request.ts';

/** The full address of one request; every parameter is percent-encoded. Throws `usage` for a malformed base. */
export function routeUrl(base: string, description: RouteDescription, parts: RequestParts): URL {
  const params = isJsonObject(parts.params) ? parts.params : {};
  const path = description.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(textOf(params[name])),
  );
  const url = parseBase(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  for (const [name, value] of Object.entries(isJsonObject(parts.query) ? parts.query : {})) {
    if (value !== undefined) url.searchParams.set(name, textOf(value));
  }
  return url;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parseBase(base: string): URL {
  const url = URL.parse(base);
  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '') return url;
  throw new SignalboxError(
    'usage',
    `"${base}" is not an http address of a hub; use one like http://127.0.0.1:4717`,
  );
}
