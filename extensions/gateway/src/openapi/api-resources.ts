import { type HttpAnswer, type OpenApiTool, toCallValue } from '@signalbox/openapi';
import { isJsonObject, type JsonObject, type JsonValue, SignalboxError } from '@signalbox/sdk';
import { argumentsOf, fits, splitUri } from './resource-uri.ts';

/** GET operations as resources: `api://UPSTREAM/path?query`. */
export const apiResources = { templates, find, toContents };

/** A URI has a path and a query; what must come in a header or a body cannot be read by one. */
function isReadable({ operation, parameters, body }: OpenApiTool): boolean {
  const isElsewhere = parameters.some(
    (plan) => plan.isRequired && (plan.in === 'header' || plan.in === 'cookie'),
  );
  return operation.method === 'GET' && body === undefined && !isElsewhere;
}

/** One template for each GET operation, with its own path and, where it has any, its query parameters. */
function templates(upstream: string, tools: readonly OpenApiTool[]): JsonObject[] {
  const made = tools.filter(isReadable).map(({ name, operation, parameters, definition }) => {
    const query = parameters.filter(({ in: place }) => place === 'query').map((plan) => plan.name);
    const usable = query.filter((each) => /^[A-Za-z0-9_.]+$/.test(each));
    const path = operation.path.replaceAll(
      /\{([^{}]+)\}/g,
      (_whole, given: string) => `{${given.replaceAll(/[^A-Za-z0-9_.]/g, '_')}}`,
    );
    return {
      uriTemplate: `api://${upstream}${path}${usable.length === 0 ? '' : `{?${usable.join(',')}}`}`,
      name,
      description: definition['description'] ?? '',
    };
  });
  return made;
}

/**
 * The tool of the operation a URI belongs to, and its arguments.
 * Errors: `not_found`; `invalid_params` for values a call of the tool would not take either.
 */
function find(
  upstream: string,
  tools: readonly OpenApiTool[],
  uri: string,
): { tool: OpenApiTool; given: JsonObject } {
  const address = splitUri(upstream, uri);
  const tool = address && tools.find((each) => isReadable(each) && fits(each.operation.path, address.path));
  if (tool) return { tool, given: argumentsOf(tool, address) };
  throw new SignalboxError(
    'not_found',
    `no GET operation has the address ${JSON.stringify(uri.slice(0, 200))}`,
  );
}

/** An answer as the contents of a resource. Errors: `upstream_refused` for a status that is no success. */
function toContents(uri: string, answer: HttpAnswer, parseJson: (text: string) => JsonValue): JsonObject {
  const { value, isError } = toCallValue(answer, parseJson);
  const [block] = Array.isArray(value['content']) ? value['content'].filter(isJsonObject) : [];
  if (isError) {
    const text = typeof block?.['text'] === 'string' ? block['text'].slice(0, 500) : `HTTP ${answer.status}`;
    throw new SignalboxError(answer.status === 404 ? 'not_found' : 'upstream_refused', text);
  }
  const mimeType = answer.mediaType === '' ? {} : { mimeType: answer.mediaType };
  const inner = isJsonObject(block?.['resource']) ? block['resource'] : {};
  const data = block?.['data'] ?? inner['blob'];
  const content = data === undefined ? { text: block?.['text'] ?? '' } : { blob: data };
  return { contents: [{ uri, ...mimeType, ...content }] };
}
