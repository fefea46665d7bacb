import { isJsonObject, isSignalboxError, SignalboxError } from '@signalbox/sdk';

/** The code of an error the upstream itself has answered with; undefined for any other. */
export function rpcCodeOf(error: unknown): number | undefined {
  if (!isSignalboxError(error) || error.code !== 'upstream_refused') return undefined;
  const rpc = isJsonObject(error.details) ? error.details['rpc'] : undefined;
  const code = isJsonObject(rpc) ? rpc['code'] : undefined;
  return typeof code === 'number' ? code : undefined;
}

/** Says of a task its upstream does not know that nobody knows its end: that is no failure of the task. */
export function forgottenTask(name: string, cause: unknown): SignalboxError {
  return new SignalboxError(
    'not_found',
    `upstream "${name}" does not know the task any more that it made of the call, so nobody knows how that ended`,
    { cause },
  );
}
