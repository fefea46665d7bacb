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
});
