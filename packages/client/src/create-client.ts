import type { RouteAnswer, RouteDescription, RouteRequest } from '@signalbox/api';
import { SignalboxError } from '@signalbox/sdk';
import type { ClientOptions } from './client-options.ts';
import { readLines } from './read-lines.ts';
import { type RequestParts, sendRequest, transportError } from './send-request.ts';

/** What may come with a request besides its own parts. */
export interface RequestOptions {
  readonly signal?: AbortSignal;
}

/** Makes requests to one hub; the types come from the descriptions of `@signalbox/api`. */
export interface Client {
  readonly url: string;
  /** Makes one request. Errors: `hub_unreachable`, `timeout`, `cancelled`, and the codes the hub answers with. */
  readonly request: <Description extends RouteDescription>(
    description: Description,
    request: RouteRequest<Description>,
    options?: RequestOptions,
  ) => Promise<RouteAnswer<Description>>;
  /** Makes one request that answers as a stream. Leaving the loop, or the signal, ends it at the hub too. */
  readonly stream: <Description extends RouteDescription>(
    description: Description,
    request: RouteRequest<Description>,
    options?: RequestOptions,
  ) => AsyncGenerator<RouteAnswer<Description>>;
}

/**
 * Makes a client of one hub.
 * @example
 * const client = createClient({ url: 'http://127.0.0.1:4717', key });
 * const { items } = await client.request(listTools, { query: { search: 'weather' } });
 */
export function createClient(options: ClientOptions): Client {
  return {
    url: options.url,
    request: (description, request, extras) => answerOf(options, description, request, extras?.signal),
    stream: (description, request, extras) => itemsOf(options, description, request, extras?.signal),
  };
}

async function answerOf<Description extends RouteDescription>(
  options: ClientOptions,
  description: Description,
  parts: RequestParts,
  given: AbortSignal | undefined,
): Promise<RouteAnswer<Description>> {
  const deadline = AbortSignal.timeout(options.timeoutMs ?? 60_000);
  const signal = given ? AbortSignal.any([given, deadline]) : deadline;
  const response = await sendRequest(options, description, parts, signal);
  const text = await response.text().catch((cause: unknown) => {
    throw transportError(options.url, signal, cause);
  });
  return parseAnswer(options.url, description, parseJson(text));
}

async function* itemsOf<Description extends RouteDescription>(
  options: ClientOptions,
  description: Description,
  parts: RequestParts,
  given: AbortSignal | undefined,
): AsyncGenerator<RouteAnswer<Description>> {
  const leave = new AbortController();
  const signal = given ? AbortSignal.any([given, leave.signal]) : leave.signal;
  try {
    const response = await sendRequest(options, description, parts, signal);
    if (!response.body) return;
    for await (const item of readLines(response.body)) yield parseAnswer(options.url, description, item);
  } catch (error) {
    throw error instanceof SignalboxError ? error : transportError(options.url, signal, error);
  } finally {
    leave.abort();
  }
}

function parseAnswer<Description extends RouteDescription>(
  url: string,
  description: Description,
  value: unknown,
): RouteAnswer<Description> {
  const parsed = description.answer.safeParse(value);
  if (parsed.success) return parsed.data as RouteAnswer<Description>;
  throw new SignalboxError(
    'upstream_invalid_answer',
    `${url} answered "${description.id}" in a form this version does not know; use a client and a hub of one version`,
    { cause: parsed.error },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
