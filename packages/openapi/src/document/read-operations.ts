import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { followReference } from './follow-reference.ts';
import type { OpenApiDocument } from './open-document.ts';

/** One operation of a document, with what its path adds and its references followed. */
export interface Operation {
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  readonly operationId: string | undefined;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly JsonObject[];
  readonly requestBody: JsonObject | undefined;
  /** By status or range. */
  readonly responses: { readonly [status: string]: JsonObject };
  /** Alternatives, of which one must be met; undefined where the document says nothing at all. */
  readonly security: readonly JsonObject[] | undefined;
  readonly servers: readonly JsonObject[];
}

/** Many operations may share one long list, so that each takes only as much of it as an API has. */
const mostParameters = 500;
const mostResponses = 500;

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** Every operation, in the order of the document. */
export function readOperations({ root }: OpenApiDocument): Operation[] {
  const paths = isJsonObject(root['paths']) ? root['paths'] : {};
  return Object.entries(paths).flatMap(([path, item]) => {
    if (!path.startsWith('/')) return [];
    const common = followReference(root, item);
    return methods.flatMap((method) =>
      isJsonObject(common[method])
        ? [readOperation(root, { method, path, common, own: common[method] })]
        : [],
    );
  });
}

interface Found {
  readonly method: string;
  readonly path: string;
  readonly common: JsonObject;
  readonly own: JsonObject;
}

function readOperation(root: JsonObject, { method, path, common, own }: Found): Operation {
  return {
    method: method.toUpperCase(),
    path,
    operationId: typeof own['operationId'] === 'string' ? own['operationId'] : undefined,
    tags: list(own['tags']).filter((tag) => typeof tag === 'string'),
    summary: text(own['summary']) || text(common['summary']),
    description: text(own['description']) || text(common['description']),
    parameters: mergeParameters(root, common['parameters'], own['parameters']),
    requestBody: isJsonObject(own['requestBody']) ? followReference(root, own['requestBody']) : undefined,
    responses: readResponses(root, own['responses']),
    security: Array.isArray(own['security']) ? objects(own['security']) : rootSecurity(root),
    servers: [own, common, root].map(({ servers }) => objects(servers)).find((each) => each.length > 0) ?? [],
  };
}

/** A parameter of the operation replaces the path's of the same name and place. */
function mergeParameters(
  root: JsonObject,
  common: JsonValue | undefined,
  own: JsonValue | undefined,
): JsonObject[] {
  const merged = new Map<string, JsonObject>();
  for (const given of [...list(common), ...list(own)].slice(0, mostParameters)) {
    const parameter = followReference(root, given);
    const { name, in: place } = parameter;
    if (typeof name === 'string' && typeof place === 'string')
      merged.set(JSON.stringify([place, name]), parameter);
  }
  return [...merged.values()];
}

function readResponses(root: JsonObject, given: JsonValue | undefined): Record<string, JsonObject> {
  if (!isJsonObject(given)) return {};
  return Object.fromEntries(
    Object.entries(given)
      .slice(0, mostResponses)
      .map(([status, response]) => [status, followReference(root, response)]),
  );
}

function rootSecurity({ security }: JsonObject): JsonObject[] | undefined {
  return Array.isArray(security) ? objects(security) : undefined;
}

function objects(value: JsonValue | undefined): JsonObject[] {
  return list(value).filter(isJsonObject);
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value.trim() : '';
}
