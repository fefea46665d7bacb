import { isSignalboxError, type JsonValue, SignalboxError } from '@signalbox/sdk';

/** Takes the secrets out of a text. */
export type Redact = (text: string) => string;

/** The error without this hub's secrets: an upstream that was given one may repeat it in what it complains about. */
export function withoutSecrets(redact: Redact, error: unknown): unknown {
  if (!isSignalboxError(error)) return error;
  const message = redact(error.message);
  const given = error.details === undefined ? undefined : JSON.stringify(error.details);
  // Text by text: a number that looks like a secret is none, and without it the rest would be no JSON.
  const clean = (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? redact(value) : value;
  const details = given === undefined ? undefined : (JSON.parse(given, clean) as JsonValue);
  if (message === error.message && JSON.stringify(details) === given) return error;
  return new SignalboxError(error.code, message, {
    cause: error.cause,
    ...(details === undefined ? {} : { details }),
  });
}
