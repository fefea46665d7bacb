import { isSignalboxError, SignalboxError } from '@signalbox/sdk';

const reasons: { readonly [code: string]: string } = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up now',
  EHOSTUNREACH: 'it cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_SOCKET: 'the connection was cut',
};

/**
 * A failure of the network as an error of the table: `upstream_unavailable`, with the system's code in `details` so
 * that a caller can tell a host that was never reached from a connection that broke.
 */
export function networkError(url: URL, error: unknown): SignalboxError {
  if (isSignalboxError(error)) return error;
  const code = codeOf(error);
  const why = reasons[code] ?? `the connection failed (${code})`;
  return new SignalboxError('upstream_unavailable', `"${url.host}" is not available: ${why}`, {
    cause: error,
    details: { code },
  });
}

/** Why a signal aborted, as an error of the table. */
export function abortReason(signal: AbortSignal): SignalboxError {
  const { reason } = signal;
  return isSignalboxError(reason)
    ? reason
    : new SignalboxError('cancelled', 'the request was given up by its caller');
}

function codeOf(error: unknown): string {
  const given = error as { code?: unknown; cause?: { code?: unknown }; errors?: { code?: unknown }[] };
  const code = given?.code ?? given?.cause?.code ?? given?.errors?.[0]?.code;
  return typeof code === 'string' ? code : 'unknown';
}
