import { hideValues, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import {
  buildRequest,
  credentialsOf,
  openDocument,
  readCredentials,
  toCallValue,
  withItems,
} from '../src/index.ts';
import { toolOf } from './support/api-of.ts';

const surroundings = { baseUrl: 'https://api.example', boundary: 'BOUNDARY' };

function send(mediaType: string, media: JsonObject, body: JsonValue) {
  const tool = toolOf({ requestBody: { content: { [mediaType]: media } } }, { method: 'post' });
  const request = buildRequest(tool, { body }, surroundings);
  const bytes = request.body ?? '';
  const text = typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes);
  return { type: request.headers['content-type'], text };
}

const stripe = {
  schema: { type: 'object', properties: { expand: {}, card: {} } },
  encoding: { card: { style: 'deepObject', explode: true } },
};

test.each<[string, JsonObject, JsonValue, string]>([
  ['application/json', {}, { a: [1] }, '{"a":[1]}'],
  ['application/merge-patch+json', {}, { a: null }, '{"a":null}'],
  ['text/plain', {}, 'hello', 'hello'],
  ['application/octet-stream', {}, 'aGVsbG8=', 'hello'],
  [
    'application/x-www-form-urlencoded',
    {},
    { a: 'b c', l: [1, 2], o: { x: 1 }, n: null },
    'a=b%20c&l=1&l=2&o=%7B%22x%22%3A1%7D',
  ],
  ['application/x-www-form-urlencoded', stripe, { card: { number: '42' } }, 'card%5Bnumber%5D=42'],
])('a body of %s is written', (mediaType, media, body, text) => {
  expect(send(mediaType, media, body)).toEqual({ type: mediaType, text });
});

test('a multipart body holds files from base64', () => {
  const schema = {
    type: 'object',
    properties: { photo: { type: 'string', format: 'binary' }, meta: { type: 'object' } },
  };
  const photo = { data: 'aGVsbG8=', mediaType: 'image/png', fileName: 'a"b.png' };
  expect(send('multipart/form-data', { schema }, { photo, meta: { a: 1 } })).toEqual({
    type: 'multipart/form-data; boundary=BOUNDARY',
    text: [
      '--BOUNDARY',
      'Content-Disposition: form-data; name="photo"; filename="a%22b.png"',
      'Content-Type: image/png',
      '',
      'hello',
      '--BOUNDARY',
      'Content-Disposition: form-data; name="meta"',
      'Content-Type: application/json',
      '',
      '{"a":1}',
      '--BOUNDARY--',
      '',
    ].join('\r\n'),
  });
});

const answer = (mediaType: string, body: string, status = 200) => ({
  status,
  mediaType,
  bytes: new TextEncoder().encode(body),
  url: 'https://api.example/x?key=hunter2',
});

test.each<[string, ReturnType<typeof answer>, JsonObject]>([
  [
    'an object',
    answer('application/json', '{"a":1}'),
    { content: [{ type: 'text', text: '{"a":1}' }], structuredContent: { a: 1 } },
  ],
  [
    'a list',
    answer('application/problem+json', '[1]'),
    { content: [{ type: 'text', text: '[1]' }], structuredContent: { result: [1] } },
  ],
  ['text', answer('text/csv', 'a,b'), { content: [{ type: 'text', text: 'a,b' }] }],
  [
    'an image',
    answer('image/png', 'hello'),
    { content: [{ type: 'image', data: 'aGVsbG8=', mimeType: 'image/png' }] },
  ],
  [
    'a sound',
    answer('audio/wav', 'hello'),
    { content: [{ type: 'audio', data: 'aGVsbG8=', mimeType: 'audio/wav' }] },
  ],
  [
    'other bytes',
    answer('application/zip', 'hello'),
    {
      content: [
        {
          type: 'resource',
          resource: { uri: 'https://api.example/x', mimeType: 'application/zip', blob: 'aGVsbG8=' },
        },
      ],
    },
  ],
  ['nothing', answer('', '', 204), { content: [{ type: 'text', text: 'HTTP 204, no content' }] }],
  [
    'a failure',
    answer('text/plain', 'no', 404),
    { content: [{ type: 'text', text: 'HTTP 404\nno' }], isError: true },
  ],
])('%s becomes a result', (_name, given, value) => {
  expect(toCallValue(given, JSON.parse)).toEqual({ value, isError: value['isError'] === true });
});

test('JSON that cannot be read is the failure of what reads it', () => {
  expect(() => toCallValue(answer('application/json', '{'), JSON.parse)).toThrow(SyntaxError);
});

test('joined pages keep the order of their members and numbers a double cannot hold', () => {
  const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => JsonValue };
  const page: JsonValue = { a: { items: [1] }, id: rawJSON('12345678901234567890') };
  expect(JSON.stringify(withItems(page, { items: '/a/items' }, [1, 2]))).toBe(
    '{"a":{"items":[1,2]},"id":12345678901234567890}',
  );
});

const schemes: JsonObject = {
  header: { type: 'apiKey', in: 'header', name: 'X-Key' },
  query: { type: 'apiKey', in: 'query', name: 'key' },
  cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
  basic: { type: 'http', scheme: 'basic' },
  bearer: { type: 'http', scheme: 'Bearer' },
  oauth: { type: 'oauth2', flows: {} },
};

test.each<[string, string, JsonObject]>([
  ['header', 's3', { headers: { 'x-key': 's3' } }],
  ['query', 's 3', { url: 'https://api.example/things?key=s%203' }],
  ['cookie', 's3', { headers: { cookie: 'sid=s3' } }],
  ['basic', 'ü:p', { headers: { authorization: 'Basic w7w6cA==' } }],
  ['bearer', 's3', { headers: { authorization: 'Bearer s3' } }],
  ['oauth', 's3', { headers: { authorization: 'Bearer s3' } }],
])('the scheme %s is sent', (name, secret, wanted) => {
  const components = { securitySchemes: schemes };
  const document = openDocument({ openapi: '3.1.0', info: {}, paths: {}, components });
  const tool = toolOf({ security: [{ other: [] }, { [name]: [] }] });
  const credentials = credentialsOf(tool.operation, readCredentials(document, { [name]: secret }));
  expect(buildRequest(tool, {}, { ...surroundings, credentials })).toMatchObject(wanted);
  const open = toolOf({ security: [] });
  expect(credentialsOf(open.operation, readCredentials(document, { [name]: secret }))).toEqual([]);
});

test('an error is looked through before it is cut, so that no part of a secret stays at its end', () => {
  const secret = 'CANARY-0123456789-canary';
  for (let shift = 0; shift < secret.length; shift++) {
    const body = `${'p'.repeat(shift)}${secret.repeat(shift % 2 === 0 ? 300 : 9_000)}`;
    const { value } = toCallValue(
      { ...answer('text/plain', body), status: 400 },
      JSON.parse,
      hideValues([secret]),
    );
    expect(JSON.stringify(value)).toContain('[redacted]');
    expect(JSON.stringify(value)).not.toMatch(/CANA|0123|cana/);
  }
});
