import { isJsonObject, type JsonObject, type Route } from '@signalbox/sdk';
import { z } from 'zod';

/** The OpenAPI 3.1 document of a set of routes, made from their zod schemas. */
export function openApiDocument(
  routes: readonly Route[],
  info: { title: string; version: string },
): JsonObject {
  const components: JsonObject = {};
  const paths: { [path: string]: JsonObject } = {};
  for (const route of [...routes].sort(byPath)) {
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: operationOf(route, components),
    };
  }
  return {
    openapi: '3.1.0',
    info,
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operationOf(route: Route, components: JsonObject): JsonObject {
  const type = route.isStream ? 'application/x-ndjson' : 'application/json';
  const status = String(route.status ?? 200);
  const answer = schemaOf(route.answer, 'output', components);
  return {
    operationId: route.id,
    summary: route.summary,
    tags: [route.tag],
    ...(route.access === 'principal' ? { security: [{ key: [] }] } : {}),
    parameters: [
      ...parametersOf(route.params, 'path', components),
      ...parametersOf(route.query, 'query', components),
    ],
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(route.body, 'input', components) } },
          },
        }
      : {}),
    responses: {
      [status]:
        status === '204'
          ? { description: 'done' }
          : { description: 'done', content: { [type]: { schema: answer } } },
      default: { description: 'failed', content: { 'application/json': { schema: errorSchema } } },
    },
  };
}

const errorSchema: JsonObject = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' }, details: {} },
    },
  },
};

function parametersOf(
  schema: z.ZodType | undefined,
  place: 'path' | 'query',
  components: JsonObject,
): JsonObject[] {
  const object = schema ? schemaOf(schema, 'input', components) : {};
  const required = Array.isArray(object['required']) ? object['required'] : [];
  const properties = isJsonObject(object['properties']) ? object['properties'] : {};
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(isJsonObject(property) && typeof property['description'] === 'string'
      ? { description: property['description'] }
      : {}),
    schema: property,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output', components: JsonObject): JsonObject {
  const made = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonObject;
  const { $schema: _mark, $defs, ...own } = made;
  for (const [id, definition] of Object.entries(isJsonObject($defs) ? $defs : {}))
    components[id] = withoutId(definition);
  const id = own['id'];
  if (typeof id !== 'string') return relocate(own);
  components[id] = relocate(withoutId(own));
  return { $ref: `#/components/schemas/${id}` };
}

function withoutId(definition: unknown): JsonObject {
  if (!isJsonObject(definition)) return {};
  const { id: _id, $schema: _mark, $id: _other, ...rest } = definition;
  return relocate(rest);
}

/** Definitions refer to one another under `#/$defs`; in the document they stand among the components. */
function relocate(schema: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonObject;
}

function byPath(a: Route, b: Route): number {
  return a.path === b.path ? (a.method < b.method ? -1 : 1) : a.path < b.path ? -1 : 1;
}
