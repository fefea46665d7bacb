import type { Redact, UpstreamDefinition } from '@signalbox/sdk';
import { secretValues } from '../store/definition-secrets.ts';

const blot = '[redacted]';
const shortestSecret = 6;

/**
 * Makes a function that blots out what an upstream's definition keeps secret: values of its environment and headers, and what
 * its address may hold.
 */
export function secretsRedactor(definition: UpstreamDefinition): Redact {
  const secrets = secretsOf(definition);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, blot), text);
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
  if ('url' in definition) return redact(describeUrl(definition.url));
  if ('openapi' in definition) {
    const { openapi } = definition;
    return redact(/^https?:/i.test(openapi) && URL.canParse(openapi) ? describeUrl(openapi) : openapi);
  }
  return redact([definition.command, ...redactArguments(definition.args)].map(quote).join(' '));
}

function describeUrl(text: string): string {
  const url = new URL(text);
  url.username = url.username === '' ? '' : blot;
  url.password = '';
  const query = [...new Set(url.searchParams.keys())].map((key): [string, string] => [key, blot]);
  url.search = new URLSearchParams(query).toString();
  return url.href.replaceAll(encodeURIComponent(blot), blot);
}

const secretName = /(?:key|token|secret|passw(?:or)?d|pass|auth|credential|bearer|cookie)s?$/i;
const secretValue = /^(?:sk|pk|ghp|gho|github_pat|glpat|xox[abp]|eyJ)[-_A-Za-z0-9.]{12,}$/;

function redactArguments(args: readonly string[]): string[] {
  return args.map((arg, index) => {
    const before = args[index - 1] ?? '';
    if (/^--?/.test(before) && !before.includes('=') && secretName.test(before)) return blot;
    const [name, value] = splitOnce(arg);
    if (value !== undefined && secretName.test(name)) return `${name}=${blot}`;
    return secretValue.test(value ?? arg) ? blot : withoutUserInfo(arg);
  });
}

function splitOnce(arg: string): [string, string | undefined] {
  const at = arg.indexOf('=');
  return at === -1 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)];
}

function withoutUserInfo(arg: string): string {
  return arg.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/i, `$1${blot}@`);
}

function quote(part: string): string {
  return /^[\w@%+=:,./[\]-]+$/.test(part) ? part : JSON.stringify(part);
}
