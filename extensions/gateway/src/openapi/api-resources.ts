import { type HttpAnswer, type OpenApiTool, toCallValue } from '@signalbox/openapi';
import { isJsonObject, type JsonObject, type JsonValue, SignalboxError } from '@signalbox/sdk';

/** GET operations as resources: `api://UPSTREAM/path?query`. */
export const apiResources = { templates, find, toContents };

function isReadable({ operation, body }: OpenApiTool): boolean {
  return operation.method === 'GET' && body === undefined;
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

/** The operation a URI belongs to, with the path and query to ask for. Errors: `not_found`. */
function find(
  upstream: string,
  tools: readonly OpenApiTool[],
  uri: string,
): { tool: OpenApiTool; path: string; query: string } {
  const start = `api://${upstream}/`;
  const rest = uri.startsWith(start) ? uri.slice(start.length - 1) : '';
  const [path = '', query = ''] = rest.split('#')[0]?.split('?', 2) ?? [];
  const tool = tools.find((each) => isReadable(each) && fits(each.operation.path, path));
  const isPlain = /^[\w\-.~!$&'()*+,;=:@%/]+$/.test(path) && /^[\w\-.~!$&'()*+,;=:@%/?[\]]*$/.test(query);
  if (tool && isPlain) return { tool, path, query };
  throw new SignalboxError(
    'not_found',
    `no GET operation has the address ${JSON.stringify(uri.slice(0, 200))}`,
  );
}

/** Segment by segment; a parameter takes one that is not empty. */
function fits(template: string, path: string): boolean {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return false;
  return wanted.every((segment, index) => {
    const text = given[index] ?? '';
    return /^\{[^{}]+\}$/.test(segment) ? text !== '' : segment === text;
  });
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
