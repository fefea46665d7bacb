import type { RouteDescription } from '@signalbox/api';
import { SignalboxError } from '@signalbox/sdk';
import type { ClientOptions } from './client-options.ts';
import { readError } from './read-error.ts';
import { routeUrl } from './route-url.ts';

/** The untyped parts of one request. */
export interface RequestParts {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}

/**
 * Sends one request and gives the answer once its status is good.
 * Errors: `hub_unreachable`, `timeout`, `cancelled`, and every code the hub answers with.
 */
export async function sendRequest(
  options: ClientOptions,
  description: RouteDescription,
  parts: RequestParts,
  signal: AbortSignal,
): Promise<Response> {
  const send = options.fetch ?? fetch;
  const url = routeUrl(options.url, description, parts);
  let response: Response;
  try {
    response = await send(url, {
      method: description.method,
      headers: headersOf(options, description),
      redirect: 'manual',
      signal,
      ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
    });
  } catch (cause) {
    throw transportError(options.url, signal, cause);
  }
  if (!response.ok) throw await readError(options.url, response);
  return response;
}

function headersOf(options: ClientOptions, description: RouteDescription): Record<string, string> {
  return {
    accept: description.isStream ? 'application/x-ndjson, application/json' : 'application/json',
    ...(description.body ? { 'content-type': 'application/json' } : {}),
    ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
    ...(options.agent === undefined ? {} : { 'user-agent': options.agent }),
  };
}

/** What a failed or broken connection means: the caller gave up, time was up, or nobody is there. */
export function transportError(url: string, signal: AbortSignal, cause: unknown): SignalboxError {
  if (signal.aborted) {
    if (isTimeout(signal.reason)) {
      return new SignalboxError(
        'timeout',
        `the hub at ${url} did not answer in time; see "signalbox doctor"`,
        { cause },
      );
    }
    return new SignalboxError('cancelled', 'the call was cancelled by its caller', { cause });
  }
  return new SignalboxError(
    'hub_unreachable',
    `no hub answers at ${url}; start one with "signalbox up" or name another with --url`,
    { cause },
  );
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}
