import type { JsonValue } from './json.ts';
import { isSignalboxError, SignalboxError } from './signalbox-error.ts';

/** Takes the secrets out of a text. */
export type Redact = (text: string) => string;

/**
 * The error without secrets, in message, details and causes: an upstream that was given one may repeat it in what it
 * complains about. An error that holds none is returned itself; one that is not of the table, but of a library that was given a
 * secret, keeps its name, message and stack without it.
 */
export function withoutSecrets(redact: Redact, error: unknown): unknown {
  if (!isSignalboxError(error)) return error instanceof Error ? plainWithout(redact, error) : error;
  const message = redact(error.message);
  const given = error.details === undefined ? undefined : JSON.stringify(error.details);
  // Text by text: a number that looks like a secret is none, and without it the rest would be no JSON.
  const clean = (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? redact(value) : value;
  const details = given === undefined ? undefined : (JSON.parse(given, clean) as JsonValue);
  const cause = withoutSecrets(redact, error.cause);
  const isClean = message === error.message && JSON.stringify(details) === given && cause === error.cause;
  if (isClean) return error;
  return new SignalboxError(error.code, message, { cause, ...(details === undefined ? {} : { details }) });
}

function plainWithout(redact: Redact, error: Error): Error {
  const cause = withoutSecrets(redact, error.cause);
  const told = `${error.message}\n${error.stack ?? ''}`;
  if (redact(told) === told && cause === error.cause) return error;
  const clean = new Error(redact(error.message), cause === undefined ? {} : { cause });
  clean.name = error.name;
  clean.stack = redact(error.stack ?? '');
  return clean;
}
