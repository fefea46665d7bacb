import { apiError } from '@signalbox/api';
import { type ErrorCode, errorTable, SignalboxError } from '@signalbox/sdk';
import { z } from 'zod';

const envelope = z.object({ error: apiError });
const maxErrorBytes = 1_048_576;

/** Turns a bad answer into the hub's own error, or says that this is no hub. */
export async function readError(url: string, response: Response): Promise<SignalboxError> {
  const text = await readBounded(response);
  const parsed = envelope.safeParse(parseJson(text));
  if (parsed.success) return toError(parsed.data.error);
  if (response.status === 401) {
    return new SignalboxError('unauthenticated', `the hub at ${url} wants a key; give one with --key-file`);
  }
  return new SignalboxError(
    'hub_unreachable',
    `${url} answered ${response.status} but not as a Signalbox hub does; check the address`,
  );
}

/** The error the hub told, under its code; a code of a newer hub becomes `internal`. */
export function toError(error: z.output<typeof apiError>): SignalboxError {
  const extras = error.details === undefined ? {} : { details: error.details };
  return new SignalboxError(isErrorCode(error.code) ? error.code : 'internal', error.message, extras);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}

async function readBounded(response: Response): Promise<string> {
  const length = Number(response.headers.get('content-length') ?? 0);
  if (length > maxErrorBytes) return '';
  return response.text().catch(() => '');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
