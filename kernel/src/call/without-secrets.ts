import { isSignalboxError, type JsonValue, SignalboxError } from '@signalbox/sdk';

/** Takes the secrets out of a text. */
export type Redact = (text: string) => string;

/** The error without this hub's secrets: an upstream that was given one may repeat it in what it complains about. */
export function withoutSecrets(redact: Redact, error: unknown): unknown {
  if (!isSignalboxError(error)) return error;
  const message = redact(error.message);
  const given = error.details === undefined ? undefined : JSON.stringify(error.details);
  const details = given === undefined ? undefined : redact(given);
  if (message === error.message && details === given) return error;
  return new SignalboxError(error.code, message, {
    cause: error.cause,
    ...(details === undefined ? {} : { details: JSON.parse(details) as JsonValue }),
  });
}
