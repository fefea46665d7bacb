import { type Redact, redactArguments, redacted, redactUrl, type UpstreamDefinition } from '@signalbox/sdk';
import { secretValues } from '../store/definition-secrets.ts';

const shortestSecret = 6;

/**
 * Makes a function that blots out what an upstream's definition keeps secret: values of its environment and headers, and what
 * its address may hold.
 */
export function secretsRedactor(definition: UpstreamDefinition): Redact {
  const secrets = secretsOf(definition);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, redacted), text);
}

function secretsOf(definition: UpstreamDefinition): string[] {
  const values = [...secretValues(definition), ...('url' in definition ? secretsOfUrl(definition.url) : [])];
  const withoutScheme = values.map((value) => value.replace(/^(?:bearer|basic|token)\s+/i, ''));
  const long = [...values, ...withoutScheme].filter((value) => value.trim().length >= shortestSecret);
  return [...new Set(long)].sort((a, b) => b.length - a.length);
}

/** A user's name and password, as they are and as they are sent, and the values of the query. */
function secretsOfUrl(text: string): string[] {
  const { username, password, search, searchParams } = new URL(text);
  const pair = [username, password].map(decoded);
  const sent = username === '' ? [] : [Buffer.from(pair.join(':')).toString('base64'), ...pair];
  const written = search.split('&').map((each) => splitOnce(each)[1] ?? '');
  return [...sent, ...searchParams.values(), ...written];
}

/** What is no percent-encoding stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** How an upstream is shown: its command or URL without secrets. Values of the environment and headers never appear. */
export function describeAddress(definition: UpstreamDefinition): string {
  const redact = secretsRedactor(definition);
  if ('url' in definition) return redact(redactUrl(definition.url));
  if ('openapi' in definition) return redact(redactUrl(definition.openapi));
  return redact([definition.command, ...redactArguments(definition.args)].map(quote).join(' '));
}

function splitOnce(arg: string): [string, string | undefined] {
  const at = arg.indexOf('=');
  return at === -1 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)];
}

function quote(part: string): string {
  return /^[\w@%+=:,./[\]-]+$/.test(part) ? part : JSON.stringify(part);
}
