import { isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';

const mostRedirects = 10;
const taken = new Set([
  'redirect_uris',
  'client_name',
  'client_uri',
  'logo_uri',
  'policy_uri',
  'tos_uri',
  'grant_types',
  'response_types',
  'token_endpoint_auth_method',
  'application_type',
  'software_id',
  'software_version',
  'contacts',
]);
const grantTypes = ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'];
const authMethods = ['none', 'client_secret_basic', 'client_secret_post'];

/**
 * What a client that registers itself may be (RFC 7591): a public or secret client with redirections to https or this
 * machine. Members that lead the hub elsewhere, such as `jwks_uri`, are refused; unknown ones are left out, and so is `scope`: what a client may ask for is what the
 * resource has, and what it gets the person says.
 * Errors: `invalid_params`.
 */
export function checkRegistration(given: unknown): JsonObject {
  if (!isJsonObject(given)) throw wrong('the registration must be a JSON object');
  if (
    given['jwks_uri'] !== undefined ||
    given['jwks'] !== undefined ||
    given['sector_identifier_uri'] !== undefined
  )
    throw wrong('keys cannot be registered here; use a client id metadata document, or ask an administrator');
  const redirects = readRedirects(given['redirect_uris']);
  const known = Object.fromEntries(Object.entries(given).filter(([name]) => taken.has(name)));
  const method = given['token_endpoint_auth_method'] ?? 'none';
  if (typeof method !== 'string' || !authMethods.includes(method))
    throw wrong(`token_endpoint_auth_method must be one of ${authMethods.join(', ')}`);
  return {
    ...known,
    client_name: readName(given['client_name'] ?? 'unnamed client'),
    redirect_uris: redirects,
    grant_types: readGrantTypes(given['grant_types']),
    response_types: ['code'],
    token_endpoint_auth_method: method,
    application_type: redirects.every((uri) => uri.startsWith('https:')) ? 'web' : 'native',
  };
}

function readRedirects(given: unknown): string[] {
  if (!Array.isArray(given) || given.length === 0 || given.length > mostRedirects)
    throw wrong(`redirect_uris must be a list of 1 to ${mostRedirects} addresses`);
  return given.map((uri) => checkRedirect(uri));
}

/** A redirection: https with a name, or http to this machine; no fragment, no credentials. Errors: `invalid_params`. */
export function checkRedirect(given: unknown): string {
  if (typeof given !== 'string' || given.length > 2_000)
    throw wrong('a redirect URI must be text of at most 2000 characters');
  const url = URL.parse(given);
  const shown = JSON.stringify(given.slice(0, 200));
  if (!url) throw wrong(`${shown} is no address`);
  if (hasOddCharacter(given)) throw wrong(`${shown} has characters an address may not have`);
  if (given.includes('#')) throw wrong(`${shown} has a fragment`);
  if (url.username !== '' || url.password !== '' || /^[a-z]+:\/\/[^/?]*@/i.test(given))
    throw wrong(`${shown} holds a user name`);
  if (!/^(?:https|http):\/\/[^/\\]/.test(given))
    throw wrong(`${shown} must begin with https://, or with http:// on this machine`);
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw wrong(`${shown} is plain http to another machine; use https`);
  if (url.hostname.includes('*') || url.hostname.endsWith('.')) throw wrong(`${shown} names no exact host`);
  return given;
}

/** RFC 8252 §7.3; `localhost` is what many clients use. */
export function isLoopback(hostname: string): boolean {
  return hostname === '127.0.0.1' || hostname === '[::1]' || hostname === 'localhost';
}

/** Control characters, spaces, backslashes and what is not ASCII: each has been used to make an address look like another. */
function hasOddCharacter(text: string): boolean {
  return /[^\x21-\x7e]|[\\<>"^`{|}]/.test(text);
}

/** A name as people will see it. Errors: `invalid_params`. */
function readName(given: unknown): string {
  if (typeof given !== 'string') throw wrong('client_name must be text');
  const name = given.normalize('NFC').trim();
  if (name === '' || name.length > 100) throw wrong('client_name must have 1 to 100 characters');
  // Directions and invisible characters make a name look like another (Unicode TR 36).
  if (/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u.test(name))
    throw wrong('client_name has characters that cannot be seen');
  return name;
}

function readGrantTypes(given: unknown): string[] {
  const types = given ?? ['authorization_code', 'refresh_token'];
  if (!Array.isArray(types) || types.some((type) => !grantTypes.includes(type)))
    throw wrong(`grant_types must be among ${grantTypes.join(', ')}`);
  return [...new Set([...types.map(String), 'authorization_code'])];
}

function wrong(message: string): SignalboxError {
  return new SignalboxError('invalid_params', message);
}
