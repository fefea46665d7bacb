import { randomUUID } from 'node:crypto';
import {
  buildRequest,
  type Credential,
  credentialsOf,
  fromJsonValue,
  type HttpRequest,
  itemsOf,
  nextPage,
  type OpenApiTool,
  serverUrl,
  toCallValue,
  trimSlash,
  withItems,
} from '@signalbox/openapi';
import {
  type CallResult,
  type Invocation,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Redact,
  SignalboxError,
} from '@signalbox/sdk';
import type { Connection, PeerFacts } from '../peer/connection.ts';
import { parseAnswer, tryParseAnswer } from './answer-json.ts';
import { apiResources } from './api-resources.ts';
import { type Answered, ApiSender, type SenderParts } from './api-sender.ts';
import { withIdempotencyKey } from './idempotency-key.ts';

/** What a connection to an HTTP API is made of. */
export interface ApiConnectionParts extends SenderParts {
  readonly facts: PeerFacts;
  readonly tools: readonly OpenApiTool[];
  readonly credentials: ReadonlyMap<string, Credential>;
  /** Where the document came from. */
  readonly documentUrl: string | undefined;
  readonly redact?: Redact | undefined;
}

/** An HTTP API as an upstream: lists come from its document, a call is one request, or a few for its pages. */
export class ApiConnection implements Connection {
  readonly facts: PeerFacts;
  readonly #parts: ApiConnectionParts;
  readonly #tools: ReadonlyMap<string, OpenApiTool>;
  readonly #sender: ApiSender;

  constructor(parts: ApiConnectionParts) {
    this.#parts = parts;
    this.#sender = new ApiSender(parts);
    this.facts = parts.facts;
    this.#tools = new Map(parts.tools.map((tool) => [tool.name, tool]));
  }

  call = async ({ request, originalName, signal }: Invocation): Promise<CallResult> => {
    if (request.kind === 'resource') return this.#read(originalName, signal);
    const tool = request.kind === 'tool' ? this.#tools.get(originalName) : undefined;
    if (!tool)
      throw new SignalboxError('not_found', `there is no "${originalName.slice(0, 128)}" in this API`);
    const given = request.params['arguments'];
    const built = withIdempotencyKey(this.#build(tool, isJsonObject(given) ? given : {}), request);
    const { value, isError } = await this.#perform(built, signal);
    return { kind: 'data', value, isError };
  };

  request = async (method: string): Promise<JsonObject> => {
    const { name, definition, tools } = this.#parts;
    if (method === 'tools/list') return { tools: tools.map((tool) => tool.definition) };
    if (method === 'resources/templates/list')
      return { resourceTemplates: definition.resources ? apiResources.templates(name, tools) : [] };
    if (method === 'resources/list') return { resources: [] };
    throw new SignalboxError('method_not_found', `an HTTP API does not know "${method.slice(0, 64)}"`);
  };

  setTools = (): void => undefined;

  refuseTool = (): undefined => undefined;

  listen = async (): Promise<void> => undefined;

  setWatched = async (): Promise<void> => {
    const text = `upstream "${this.#parts.name}" is an HTTP API and does not tell when a resource changes`;
    throw new SignalboxError('unsupported', text);
  };

  close = async (): Promise<void> => this.#parts.fetcher.close();

  async #read(uri: string, signal: AbortSignal): Promise<CallResult> {
    const { name, tools } = this.#parts;
    const { tool, given } = apiResources.find(name, tools, uri);
    const answer = await this.#sender.send(this.#build(tool, given), signal);
    return { kind: 'data', value: apiResources.toContents(uri, answer, this.#parsePromised) };
  }

  #build(tool: OpenApiTool, given: JsonObject): HttpRequest {
    const { definition, credentials, documentUrl } = this.#parts;
    const { operation } = tool;
    const headers = Object.entries(definition.headers).map(([key, value]) => [key.toLowerCase(), value]);
    return buildRequest(tool, given, {
      baseUrl:
        definition.baseUrl === undefined
          ? serverUrl(operation.servers, documentUrl)
          : trimSlash(definition.baseUrl),
      headers: Object.fromEntries(headers),
      credentials: credentialsOf(operation, credentials),
      boundary: `signalbox-${randomUUID()}`,
    });
  }

  async #perform(
    request: HttpRequest,
    signal: AbortSignal,
  ): Promise<{ value: JsonObject; isError: boolean }> {
    const { pagination } = this.#parts.definition;
    const first = await this.#sender.send(request, signal);
    const json =
      pagination && request.method === 'GET' && first.status < 300 ? tryParseAnswer(first) : undefined;
    const items = pagination && json !== undefined ? itemsOf(json, pagination) : undefined;
    if (!pagination || json === undefined || !items)
      return toCallValue(first, this.#parsePromised, this.#parts.redact);
    const all = await this.#followPages(request, { ...first, json }, signal);
    const joined = withItems(json, pagination, all);
    return { value: fromJsonValue(joined, JSON.stringify(joined)), isError: false };
  }

  /** The items of all pages, the first included, until there is no next one or enough. */
  async #followPages(
    request: HttpRequest,
    first: Answered & { json: JsonValue },
    signal: AbortSignal,
  ): Promise<JsonValue[]> {
    const rule = this.#parts.definition.pagination ?? { maxPages: 1 };
    const all = [...(itemsOf(first.json, rule) ?? [])];
    const seen = new Set([request.url]);
    let bytes = first.bytes.length;
    let page: Answered & { json: JsonValue } = first;
    for (let count = 1; count < rule.maxPages; count++) {
      const url = nextPage({ url: page.url, link: page.link, json: page.json }, rule);
      // After a redirection the page may come from elsewhere, where the credentials must not go.
      if (url === undefined || seen.has(url) || new URL(url).origin !== new URL(request.url).origin) break;
      seen.add(url);
      const answer = await this.#sender.send({ ...request, url }, signal);
      const json = this.#parsePage(answer, count + 1);
      bytes += answer.bytes.length;
      if (bytes > this.#parts.definition.maxMessageBytes) throw this.#tooLarge();
      all.push(...(itemsOf(json, rule) ?? []));
      page = { ...answer, json };
    }
    return all;
  }

  #parsePage({ status, bytes }: Answered, number: number): JsonValue {
    const what = `page ${number} of the answer of upstream "${this.#parts.name}" (HTTP ${status})`;
    if (status < 300) return parseAnswer(new TextDecoder().decode(bytes), what);
    throw new SignalboxError('upstream_invalid_answer', `${what} is a failure; call again later`);
  }

  #parsePromised = (text: string): JsonValue =>
    parseAnswer(text, `the answer of upstream "${this.#parts.name}"`);

  #tooLarge(): SignalboxError {
    const { name } = this.#parts;
    const text = `the pages of upstream "${name}" are too large together; lower pagination.maxPages, or raise its maxMessageBytes`;
    return new SignalboxError('upstream_invalid_answer', text);
  }
}
