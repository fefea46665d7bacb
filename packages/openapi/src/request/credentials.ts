import { isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import { followReference } from '../document/follow-reference.ts';
import type { OpenApiDocument } from '../document/open-document.ts';
import type { Operation } from '../document/read-operations.ts';
import { percentEncode } from './percent-encode.ts';

/** Where a credential goes, with its value. */
export interface Credential {
  readonly in: 'header' | 'query' | 'cookie';
  readonly name: string;
  readonly value: string;
}

/** Secrets by the name of their security scheme. A basic one is `user:password`. */
export interface Auth {
  readonly [scheme: string]: string;
}

/**
 * Works out how each configured scheme is sent (OpenAPI 3.1, "Security Scheme Object"): an API key where it says, basic
 * and bearer as `Authorization`, OAuth 2 and OpenID Connect as a bearer token.
 * Errors: `invalid_settings` for a scheme the document does not have or the hub cannot send.
 */
export function readCredentials({ root }: OpenApiDocument, auth: Auth): ReadonlyMap<string, Credential> {
  const components = isJsonObject(root['components']) ? root['components'] : {};
  const schemes = isJsonObject(components['securitySchemes']) ? components['securitySchemes'] : {};
  return new Map(
    Object.entries(auth).map(([name, secret]) => {
      if (!Object.hasOwn(schemes, name)) throw unknownScheme(name, Object.keys(schemes));
      return [name, toCredential(name, followReference(root, schemes[name]), secret)];
    }),
  );
}

/**
 * The credentials of one operation: those of the first of its alternatives for which there are all; all there are where
 * the document says nothing about security; none where it asks for none.
 */
export function credentialsOf(
  { security }: Operation,
  known: ReadonlyMap<string, Credential>,
): readonly Credential[] {
  if (security === undefined) return [...known.values()];
  const wanted = security.map((alternative) => Object.keys(alternative));
  const met = wanted.find((names) => names.length > 0 && names.every((name) => known.has(name)));
  return (met ?? []).flatMap((name) => known.get(name) ?? []);
}

function toCredential(name: string, scheme: JsonObject, secret: string): Credential {
  const { type, in: place } = scheme;
  if (type === 'apiKey' && typeof scheme['name'] === 'string') {
    if (place === 'header') return { in: 'header', name: scheme['name'], value: secret };
    if (place === 'query') return { in: 'query', name: scheme['name'], value: secret };
    if (place === 'cookie') return { in: 'cookie', name: scheme['name'], value: secret };
  }
  if (type === 'oauth2' || type === 'openIdConnect') return authorization(`Bearer ${secret}`);
  const http = type === 'http' && typeof scheme['scheme'] === 'string' ? scheme['scheme'].toLowerCase() : '';
  if (http === 'bearer') return authorization(`Bearer ${secret}`);
  if (http === 'basic') return authorization(`Basic ${btoa(utf8Bytes(secret))}`);
  throw new SignalboxError(
    'invalid_settings',
    `the security scheme "${name}" is of a kind the hub cannot send; put what it needs into headers`,
  );
}

/** `btoa` takes bytes: the UTF-8 of what was given (RFC 7617 §2.1). */
function utf8Bytes(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

function authorization(value: string): Credential {
  return { in: 'header', name: 'authorization', value };
}

function unknownScheme(name: string, known: readonly string[]): SignalboxError {
  const list = known.length === 0 ? 'it has none; use headers' : `it has ${known.slice(0, 20).join(', ')}`;
  return new SignalboxError('invalid_settings', `the document has no security scheme "${name}": ${list}`);
}

/** A credential as it stands in a query or cookie. */
export function toPair({ name, value }: Credential): string {
  return `${percentEncode(name)}=${percentEncode(value)}`;
}
