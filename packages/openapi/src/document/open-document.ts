import { isJsonObject, type JsonObject, type JsonValue, SignalboxError } from '@signalbox/sdk';

/** An OpenAPI document the hub can read. References in it are local. */
export interface OpenApiDocument {
  readonly root: JsonObject;
  /** `3.0.x` or `3.1.x`, as the document says. */
  readonly openapi: string;
  /** True for 3.0, whose schemas are a dialect of their own. */
  readonly isOldDialect: boolean;
  readonly title: string;
  readonly version: string;
}

/**
 * Takes a parsed and bundled document (OpenAPI 3.0 and 3.1, "OpenAPI Object").
 * Errors: `upstream_invalid_answer` for anything else, Swagger 2.0 included.
 */
export function openDocument(value: JsonValue): OpenApiDocument {
  const root = isJsonObject(value) ? value : {};
  const { openapi } = root;
  if (typeof openapi !== 'string' || !/^3\.[01]\.\d+/.test(openapi)) throw notOurs(root);
  if (!isJsonObject(root['paths']) && !isJsonObject(root['components']))
    throw new SignalboxError('upstream_invalid_answer', 'the OpenAPI document has no "paths"');
  const info = isJsonObject(root['info']) ? root['info'] : {};
  return {
    root,
    openapi: openapi.slice(0, 20),
    isOldDialect: openapi.startsWith('3.0'),
    title: typeof info['title'] === 'string' ? info['title'].slice(0, 200) : 'API',
    version: typeof info['version'] === 'string' ? info['version'].slice(0, 200) : '',
  };
}

function notOurs({ openapi, swagger }: JsonObject): SignalboxError {
  if (swagger !== undefined) {
    const text = `the document is Swagger ${JSON.stringify(swagger).slice(0, 20)}; convert it to OpenAPI 3 first`;
    return new SignalboxError('upstream_invalid_answer', text);
  }
  const found =
    openapi === undefined ? 'has no "openapi"' : `is OpenAPI ${JSON.stringify(openapi).slice(0, 20)}`;
  return new SignalboxError('upstream_invalid_answer', `the document ${found}; 3.0 and 3.1 are understood`);
}
