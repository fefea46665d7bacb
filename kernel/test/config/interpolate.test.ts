import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { interpolate } from '../../src/config/interpolate.ts';
import { explainSettings } from '../../src/index.ts';
import { load, problemsOf } from '../support/settings-folder.ts';

const upstream = (headers: string): string =>
  `gateway: { upstreams: { a: { url: "http://127.0.0.1:1/mcp", headers: { X: ${JSON.stringify(headers)} } } } }`;
const headerOf = (text: string, options = {}): unknown =>
  (load(upstream(text), options).sections as { gateway: { upstreams: { a: { headers: { X: string } } } } })
    .gateway.upstreams.a.headers.X;

describe('references in settings', () => {
  test.each([
    ['${env:TOKEN}', 'abc'],
    ['Bearer ${env:TOKEN}!', 'Bearer abc!'],
    ['${env:TOKEN}${env:TOKEN}', 'abcabc'],
    ['${env:ABSENT:-other}', 'other'],
    ['${env:ABSENT:-}', ''],
    ['${env:ABSENT:-a:-b}', 'a:-b'],
    ['${env:TOKEN:-other}', 'abc'],
    ['${file:secret.txt}', 'from file'],
    ['${other:TOKEN}', '${other:TOKEN}'],
    ['$TOKEN', '$TOKEN'],
    ['${env:TRICK}', '$& ${env:TOKEN}'],
  ])('%s becomes %j', (text, value) => {
    const env = { TOKEN: 'abc', TRICK: '$& ${env:TOKEN}' };
    expect(headerOf(text, { env, files: { 'secret.txt': 'from file\n' } })).toBe(value);
  });

  test('${here} is the folder of the file, whatever characters it has', () => {
    const sources = { env: {}, readFile: () => '', here: '/srv/$& $1' };
    expect(interpolate({ dataDir: '${here}/data' }, sources)).toEqual({
      value: { dataDir: '/srv/$& $1/data' },
      secrets: [],
      secretPaths: [],
      problems: [],
    });
    load('dataDir: "${here}/data"', {}, (read, folder) => expect(read().dataDir).toBe(join(folder, 'data')));
  });

  test('that lead nowhere are told together', () => {
    expect(problemsOf(upstream('${env:ABSENT} ${file:absent.txt}'))).toEqual([
      'gateway.upstreams.a.headers.X: the environment has no ABSENT – set it, or write ${env:ABSENT:-default}',
      'gateway.upstreams.a.headers.X: the file absent.txt cannot be read – check the path and its permissions',
    ]);
  });

  test('are remembered as secrets, defaults are not', () => {
    const { secrets, secretPaths } = load(upstream('${env:TOKEN} ${env:ABSENT:-plain}'), {
      env: { TOKEN: 'abcdef' },
    });
    expect({ secrets, secretPaths }).toEqual({
      secrets: ['abcdef'],
      secretPaths: ['gateway.upstreams.a.headers.X'],
    });
  });
});

describe('explained settings', () => {
  test('tell where each value comes from, and hide those behind references', () => {
    const settings = load(`${upstream('${env:TOKEN}')}\nhttp: { port: 9 }`, {
      env: { TOKEN: 'canary-secret', SIGNALBOX_LOG__LEVEL: 'warn' },
    });
    const explained = explainSettings(settings);
    const wanted = [
      'http.port',
      'http.host',
      'log.level',
      'gateway.upstreams.a.headers.X',
      'gateway.upstreams.a.url',
    ];
    expect(explained.filter(({ path }) => wanted.includes(path))).toEqual([
      { path: 'http.host', value: '127.0.0.1', source: 'default' },
      { path: 'http.port', value: 9, source: 'file' },
      { path: 'log.level', value: 'warn', source: 'env SIGNALBOX_LOG__LEVEL' },
      { path: 'gateway.upstreams.a.url', value: 'http://127.0.0.1:1/mcp', source: 'file' },
      { path: 'gateway.upstreams.a.headers.X', value: '***', source: 'file' },
    ]);
    expect(JSON.stringify(explained)).not.toContain('canary');
  });

  test('hide what the schema takes as a secret, however it was written', () => {
    const credentials = "clientId: hub, issuer: 'https://login.example', clientSecret: canary-1";
    const settings = load(
      `gateway: { upstreams: {
        a: { url: 'http://127.0.0.1:1/mcp', headers: { X-Key: canary-2 }, credentials: { ${credentials} } },
        b: { command: node, env: { KEY: canary-3 } },
        c: { openapi: ./api.yaml, auth: { key: canary-4 } } } }`,
    );
    const explained = explainSettings(settings);
    expect(explained.filter(({ value }) => value === '***').map(({ path }) => path)).toEqual([
      'gateway.upstreams.a.headers.X-Key',
      'gateway.upstreams.a.credentials.clientSecret',
      'gateway.upstreams.b.env.KEY',
      'gateway.upstreams.c.auth.key',
    ]);
    expect(JSON.stringify(explained)).not.toContain('canary');
  });
});

describe('explained addresses and arguments', () => {
  test('are shown without what is secret in them', () => {
    const settings = load(
      `gateway: { upstreams: {
        a: { url: 'https://user:canary-1@h.example/mcp?api_key=canary-2', headers: { X: canary-9 } },
        b: { command: node, args: [serve.js, --token, canary-3, --db=postgres://u:canary-4@h/db, -v, canary-9] },
        c: { openapi: 'https://h.example/api.json?key=canary-5' },
        d: { url: 'http://127.0.0.1:1/mcp', run: { command: node, args: ['--key=canary-6', 'https://h.example/'] } } } }`,
    );
    const explained = explainSettings(settings);
    expect(JSON.stringify(explained)).not.toContain('canary');
    const wanted = /\.(?:url|openapi|args\.\d+)$/;
    expect(explained.flatMap(({ path, value }) => (wanted.test(path) ? value : []))).toEqual([
      'https://[redacted]@h.example/mcp?api_key=[redacted]',
      'serve.js',
      '--token',
      '[redacted]',
      '--db=postgres://[redacted]@h/db',
      '-v',
      '[redacted]',
      'https://h.example/api.json?key=[redacted]',
      'http://127.0.0.1:1/mcp',
      '--key=[redacted]',
      'https://h.example/',
    ]);
  });

  test('without a secret in them are shown as they are', () => {
    const settings = load(
      "gateway: { upstreams: { b: { command: node, args: [] } } }\nhttp: { publicUrl: 'https://hub.example' }",
    );
    const shown = explainSettings(settings).map(({ path, value }) => [path, value]);
    expect(shown).toContainEqual(['http.publicUrl', 'https://hub.example']);
    expect(shown).toContainEqual(['gateway.upstreams.b.args', []]);
  });
});

describe('credentials of an upstream', () => {
  const at = (rest: string): string =>
    `gateway: { upstreams: { a: { url: 'http://127.0.0.1:1/mcp', ${rest} } } }`;
  const header = 'headers: { authorization: Bearer abcdef }';

  test('prove a client with a secret or with a key, not with both', () => {
    expect(problemsOf(at('credentials: { clientId: hub, clientSecret: abc, privateKey: def }'))).toEqual([
      'gateway.upstreams.a.credentials.privateKey: cannot stand beside clientSecret: a client proves itself with one of them; remove the other',
    ]);
  });

  test.each(['mode: user', 'mode: organization', 'scopes: [read]'])(
    'that say "%s" are refused beside an Authorization header',
    (said) => {
      expect(problemsOf(at(`${header}, credentials: { ${said} }`))).toEqual([
        'gateway.upstreams.a.credentials: cannot be used beside an Authorization header: remove the header, or set mode to none to send it alone',
      ]);
    },
  );

  test('that say nothing, or that there are none, leave an Authorization header alone', () => {
    for (const rest of [header, `${header}, credentials: { mode: none }`, `${header}, credentials: {}`])
      expect(load(at(rest)).core.http.enabled).toBe(true);
  });
});
