import { isJsonObject, isSignalboxError, SignalboxError } from '@signalbox/sdk';

/**
 * A modern upstream's error, as the hub says it. What the upstream says of the caller's capabilities is true of the caller;
 * what it says of headers or versions is about the hub and stays a fault between the two.
 */
export function translateModernError(name: string, error: unknown): unknown {
  if (!isSignalboxError(error) || error.code !== 'upstream_refused' || !isJsonObject(error.details))
    return error;
  const { rpc } = error.details;
  if (!isJsonObject(rpc)) return error;
  if (rpc['code'] === -32021) {
    const data = isJsonObject(rpc['data']) ? rpc['data'] : {};
    const text = `upstream "${name}" needs a capability the client has not declared: ${error.message}`;
    return new SignalboxError('missing_capability', text, { cause: error, details: data });
  }
  return error;
}

/** True for the refusal of a header that does not fit the body. */
export function isHeaderMismatch(error: unknown): boolean {
  if (!isSignalboxError(error) || !isJsonObject(error.details)) return false;
  const { rpc } = error.details;
  return isJsonObject(rpc) && rpc['code'] === -32020;
}
