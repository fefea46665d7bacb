import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CallRequest, isSignalboxError, type JsonObject } from '@signalbox/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway-context.ts';
import { type FakeApi, petstore, sendJson, startFakeApi } from './support/petstore.ts';

let folder: string;
let api: FakeApi | undefined;
let gateway: TestGateway | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openapi-'));
});
afterEach(async () => {
  await gateway?.stop();
  await api?.[Symbol.asyncDispose]();
  [gateway, api] = [undefined, undefined];
  rmSync(folder, { recursive: true, force: true });
});

/** Starts an API that answers as told, and a gateway with it as the upstream "pets". */
async function start(
  answer: Parameters<typeof startFakeApi>[0],
  rest: JsonObject = {},
  document: JsonObject = petstore,
): Promise<TestGateway> {
  api = await startFakeApi(answer);
  const file = join(folder, 'openapi.json');
  writeFileSync(file, JSON.stringify(document));
  const pets = {
    openapi: file,
    baseUrl: `${api.url}/v1/`,
    allowPrivate: [api.host],
    auth: { key: 'hunter22' },
    ...rest,
  };
  gateway = await startGateway({ upstreams: { pets } });
  await gateway.registry.settled(new AbortController().signal);
  return gateway;
}

const call = (name: string, given: JsonObject = {}) =>
  gateway?.call({ upstream: 'pets', name, params: { name, arguments: given } }) ?? expect.fail('no gateway');

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  return isSignalboxError(error) ? error.code : 'no error';
}

test('operations are tools, and a call is a request with the credential of its scheme', async () => {
  const { registry } = await start((_request, response) => sendJson(response, { id: 7, name: 'Ada' }));
  expect(registry.get('pets')).toMatchObject({
    state: 'available',
    transport: 'openapi',
    protocolVersion: 'OpenAPI 3.0.3',
    serverName: 'Pets',
    tools: 4,
  });
  expect(await call('getPet', { petId: 'a/b' })).toEqual({
    kind: 'data',
    isError: false,
    value: {
      content: [{ type: 'text', text: '{"id":7,"name":"Ada"}' }],
      structuredContent: { id: 7, name: 'Ada' },
    },
  });
  expect(api?.seen[0]).toMatchObject({
    method: 'GET',
    url: '/v1/pets/a%2Fb',
    headers: { 'x-key': 'hunter22' },
  });
});

test('a body is sent as JSON and a failure is a result with its status', async () => {
  await start((_request, response) =>
    response.writeHead(422, { 'content-type': 'application/json' }).end('{"why":"no"}'),
  );
  expect(await call('createPet', { body: { name: 'Ada' } })).toEqual({
    kind: 'data',
    isError: true,
    value: { content: [{ type: 'text', text: 'HTTP 422\n{"why":"no"}' }], isError: true },
  });
  expect(api?.seen[0]).toMatchObject({
    body: '{"name":"Ada"}',
    headers: { 'content-type': 'application/json' },
  });
});

test('a run tells an API the key of a call that changes something, unless the API has one of its own', async () => {
  await start((_request, response) => sendJson(response, []));
  const scheduler = { name: 'scheduler', level: 'anchor' } as const;
  const make = (
    name: string,
    given: JsonObject,
    key: string,
    through: CallRequest['interface'] = scheduler,
  ) =>
    gateway?.call({
      upstream: 'pets',
      name,
      interface: through,
      params: { name, arguments: given, _meta: { 'signalbox/idempotency-key': key } },
    });
  await make('createPet', { body: { name: 'Ada' } }, 'run/step[1]/1');
  await make('createPet', { body: { name: 'Ada' } }, 'run/mäh\r\nx: y/1');
  await make('listPets', {}, 'run/list/1');
  await make('createPet', { body: { name: 'Ada' } }, 'not a run', { name: 'http', level: 'trusted' });
  const keys = api?.seen.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toEqual(['run/step[1]/1', expect.stringMatching(/^[0-9a-f]{64}$/), undefined, undefined]);
});

test('what the settings of an API say as its idempotency key stays', async () => {
  await start((_request, response) => sendJson(response, []), { headers: { 'Idempotency-Key': 'own' } });
  await gateway?.call({
    upstream: 'pets',
    name: 'createPet',
    interface: { name: 'scheduler', level: 'anchor' },
    params: {
      name: 'createPet',
      arguments: { body: { name: 'Ada' } },
      _meta: { 'signalbox/idempotency-key': 'run/step/1' },
    },
  });
  expect(api?.seen[0]?.headers['idempotency-key']).toBe('own');
});

test('only the operations that are wanted are offered', async () => {
  const { sources } = await start(() => undefined, {
    include: ['tag:re*', 'createPet'],
    exclude: ['GET /pets'],
    tools: { createPet: { name: 'new_pet', description: 'Makes a pet' } },
  });
  expect(sources.get('pets')?.entries.map(({ name }) => name)).toEqual(['new_pet', 'getPet']);
});

test('GET is repeated after 503 as Retry-After asks; POST is not', async () => {
  await start((_request, response, count) =>
    count === 2 ? sendJson(response, []) : response.writeHead(503, { 'retry-after': '0' }).end(),
  );
  expect(await call('listPets')).toMatchObject({ value: { structuredContent: { result: [] } } });
  expect(await call('createPet', { body: { name: 'Ada' } })).toMatchObject({ isError: true });
  expect(api?.seen.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST']);
});

test('pages are joined along the Link header, up to the bound', async () => {
  await start(
    ({ url }, response) => {
      const page = Number(new URL(url, 'http://x').searchParams.get('page') ?? 1);
      sendJson(response, [{ name: `pet ${page}` }], { link: `</v1/pets?page=${page + 1}>; rel="next"` });
    },
    { pagination: { maxPages: 3 } },
  );
  expect(await call('listPets')).toMatchObject({
    value: { structuredContent: { result: [{ name: 'pet 1' }, { name: 'pet 2' }, { name: 'pet 3' }] } },
  });
});

test('pages are joined along a cursor, and credentials do not follow one to another origin', async () => {
  await start(
    ({ url }, response) =>
      sendJson(response, url.includes('after=2') ? { data: [2], next: null } : { data: [1], next: 2 }),
    { pagination: { param: 'after', next: '/next', items: '/data' } },
  );
  expect(await call('listPets')).toMatchObject({ value: { structuredContent: { data: [1, 2] } } });
  await gateway?.stop();
  await api?.[Symbol.asyncDispose]();
  await start((_request, response) => sendJson(response, [1], { link: '<http://127.0.0.1:1/>; rel=next' }), {
    pagination: {},
  });
  expect(await call('listPets')).toMatchObject({ value: { structuredContent: { result: [1] } } });
});

test('GET operations are resource templates on demand', async () => {
  const { sources } = await start((_request, response) => sendJson(response, { name: 'Ada' }), {
    resources: true,
  });
  const templates = sources.get('pets')?.entries.filter(({ kind }) => kind === 'template');
  expect(templates?.map(({ name }) => name)).toEqual(['api://pets/pets{?limit}', 'api://pets/pets/{petId}']);
  const read = (uri: string) => gateway?.call({ upstream: 'pets', name: uri, kind: 'resource' });
  expect(await read('api://pets/pets/7')).toMatchObject({
    value: { contents: [{ uri: 'api://pets/pets/7', mimeType: 'application/json', text: '{"name":"Ada"}' }] },
  });
  expect(await codeOf(read('api://pets/pets/%2e%2e') as Promise<unknown>)).toBe('invalid_params');
  expect(await codeOf(read('api://pets/secrets') as Promise<unknown>)).toBe('not_found');
});

test.each([
  ['an encoded slash', 'pets/..%2fadmin', 'invalid_params'],
  ['an encoded backslash', 'pets/a%5cb', 'invalid_params'],
  ['dots before a semicolon', 'pets/..;', 'invalid_params'],
  ['dots before an encoded semicolon', 'pets/..%3bx', 'invalid_params'],
  ['a line break in the path', 'pets/a%0d%0ab', 'invalid_params'],
  ['broken percent-encoding', 'pets/%zz', 'invalid_params'],
  ['a query parameter nobody declared', 'pets?x=1%0d%0aEvil:1', 'invalid_params'],
  ['a parameter that comes twice', 'pets?limit=1&limit=2', 'invalid_params'],
  ['another path', 'pets/1/owner', 'not_found'],
])('a resource with %s is refused before anything is sent', async (_, rest, code) => {
  await start((_request, response) => sendJson(response, {}), { resources: true });
  const read = gateway?.call({ upstream: 'pets', name: `api://pets/${rest}`, kind: 'resource' });
  expect(await codeOf(read as Promise<unknown>)).toBe(code);
  expect(api?.seen).toEqual([]);
});

test.each([
  ['pets?limit=b?c', '/v1/pets?limit=b%3Fc'],
  ['pets?limit=1%0d%0a', '/v1/pets?limit=1%0D%0A'],
  ['pets/a%20b#part', '/v1/pets/a%20b'],
  ['pets/%252e%252e', '/v1/pets/%252e%252e'],
])('the resource %s is asked for as a call would ask', async (rest, url) => {
  await start((_request, response) => sendJson(response, {}), { resources: true });
  await gateway?.call({ upstream: 'pets', name: `api://pets/${rest}`, kind: 'resource' });
  expect(api?.seen).toMatchObject([{ url, headers: { 'x-key': 'hunter22' } }]);
});

test('an answer that is too large ends the call and names the bound', async () => {
  await start((_request, response) => sendJson(response, 'x'.repeat(5_000)), { maxMessageBytes: 1_024 });
  await expect(call('getPet', { petId: '1' })).rejects.toMatchObject({
    code: 'too_large',
    message: expect.stringContaining('raise maxMessageBytes of upstream "pets"'),
  });
});

test.each([
  ['nested deeper than clients bear', `${'['.repeat(1_000)}${']'.repeat(1_000)}`, /deeper than 128 levels/],
  ['nested so deep that writing it would fail', `${'['.repeat(9_000)}${']'.repeat(9_000)}`, /ask for less/],
  ['of too many members', `[${'0,'.repeat(1_000_001)}0]`, /more than 1000000 members/],
  ['broken', '{"a":', /no whole JSON.*ask its owner/],
])('JSON that is %s is an invalid answer', async (_, body, message) => {
  await start((_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(body),
  );
  await expect(call('getPet', { petId: '1' })).rejects.toMatchObject({
    code: 'upstream_invalid_answer',
    message: expect.stringMatching(message),
  });
});

test('a number a double cannot hold keeps every digit, also where pages are joined', async () => {
  const body = '{"id":12345678901234567890,"data":[98765432109876543210]}';
  await start(
    (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body),
    { pagination: { items: '/data' } },
  );
  expect(JSON.stringify(await call('listPets'))).toContain(`"structuredContent":${body}`);
});

test('a call that is given up ends its request', async () => {
  const giveUp = new AbortController();
  let gone = (): void => undefined;
  const isGone = new Promise<void>((resolve) => {
    gone = resolve;
  });
  await start((_request, response) => {
    response.on('close', gone);
    giveUp.abort();
  });
  const running = gateway?.call({ upstream: 'pets', name: 'listPets', signal: giveUp.signal });
  expect(await codeOf(running as Promise<unknown>)).toBe('cancelled');
  await isGone;
});

test.each([
  [
    'a private address that is not allowed',
    { allowPrivate: [] },
    /name it in allowPrivate|name the host in allowPrivate/,
  ],
  ['a document that is not there', { openapi: '/no/such/file.yaml' }, /cannot be read \(ENOENT\)/],
  ['a scheme the document does not have', { auth: { other: 'x' } }, /no security scheme "other": it has key/],
  ['a selection of nothing', { include: ['nothing'] }, /check include and exclude/],
])('%s makes the upstream unavailable and says what to do', async (_, rest, reason) => {
  const { registry } = await start(() => undefined, rest);
  expect(registry.get('pets')).toMatchObject({ state: 'unavailable', reason: expect.stringMatching(reason) });
  expect(api?.seen).toEqual([]);
});

test('references to files below the folder are taken in, above it they are refused', async () => {
  mkdirSync(join(folder, 'parts'));
  writeFileSync(join(folder, 'parts', 'pet.yaml'), 'type: object\nproperties:\n  parent: { $ref: "#" }\n');
  const withPet = (reference: string): JsonObject => ({
    ...petstore,
    components: { ...(petstore['components'] as JsonObject), schemas: { Pet: { $ref: reference } } },
  });
  const { sources } = await start(() => undefined, {}, withPet('./parts/pet.yaml'));
  const entry = sources.get('pets')?.entries.find(({ name }) => name === 'createPet');
  expect(JSON.stringify(entry?.definition)).toContain('parent');
  await gateway?.stop();
  await api?.[Symbol.asyncDispose]();
  const { registry } = await start(() => undefined, {}, withPet('../../../../etc/hostname'));
  expect(registry.get('pets')).toMatchObject({
    state: 'unavailable',
    reason: expect.stringContaining('below the folder'),
  });
});

test('the document itself may come over HTTP, and its servers are relative to it', async () => {
  await start(
    ({ url }, response) =>
      url === '/spec/openapi.json' ? sendJson(response, petstore) : sendJson(response, {}),
    {},
  );
  const { host = '', url = '' } = api ?? {};
  await gateway?.stop();
  gateway = await startGateway({
    upstreams: {
      pets: { openapi: `${url}/spec/openapi.json`, allowPrivate: [host], auth: { key: 'hunter22' } },
    },
  });
  await gateway.registry.settled(new AbortController().signal);
  await call('getPet', { petId: '1' });
  expect(api?.seen.map((each) => each.url)).toEqual(['/spec/openapi.json', '/v1/pets/1']);
});
