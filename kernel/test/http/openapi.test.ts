import { startTestHub } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { web } from '../support/web.ts';

test('the OpenAPI document describes every route with its schemas, parameters and key', async () => {
  const hub = await startTestHub({ extensions: [web] });
  const { status, headers, body } = await send(`${hub.url}/api/v1/openapi.json`);
  await hub.stop();
  expect([status, headers['content-type']]).toEqual([200, 'application/json']);
  const document = JSON.parse(body) as { paths: { [path: string]: { [method: string]: object } } };
  expect(document).toMatchObject({
    openapi: '3.1.0',
    info: { title: 'Signalbox management API', version: 'v1' },
    components: {
      schemas: {
        Pet: {
          type: 'object',
          properties: { name: { type: 'string' }, age: { type: 'integer' } },
          required: ['name'],
        },
      },
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
    },
  });
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(operations).toEqual([
    'get /api/v1/bug',
    'get /api/v1/hello',
    'post /api/v1/pets',
    'delete /api/v1/pets/{name}',
    'get /api/v1/pets/{name}',
  ]);
  expect(document.paths['/api/v1/pets/{name}']?.['get']).toEqual({
    operationId: 'getPet',
    summary: 'One pet',
    tags: ['pets'],
    security: [{ key: [] }],
    parameters: [
      { name: 'name', in: 'path', required: true, schema: { type: 'string', maxLength: 20 } },
      {
        name: 'deep',
        in: 'query',
        required: false,
        description: 'With everything',
        schema: { type: 'string', description: 'With everything' },
      },
    ],
    responses: {
      200: {
        description: 'done',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
      },
      default: {
        description: 'failed',
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['error'],
              properties: {
                error: {
                  type: 'object',
                  required: ['code', 'message'],
                  properties: { code: { type: 'string' }, message: { type: 'string' }, details: {} },
                },
              },
            },
          },
        },
      },
    },
  });
  expect(document.paths['/api/v1/hello']?.['get']).not.toHaveProperty('security');
  expect(document.paths['/api/v1/pets/{name}']?.['delete']).toMatchObject({
    responses: { 204: { description: 'done' } },
  });
  expect(document.paths['/api/v1/pets']?.['post']).toMatchObject({
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
    },
    responses: { 201: {} },
  });
});
