import { describe, expect, test } from 'vitest';
import { load, problemsOf } from '../support/settings-folder.ts';

describe('settings from the environment', () => {
  test('win over the file and keep what they do not name', () => {
    const { core, fromEnvironment } = load('http: { port: 1, host: localhost }\ndataDir: here', {
      env: { SIGNALBOX_HTTP__PORT: '2', SIGNALBOX_DATA_DIR: '/data', OTHER: 'x' },
    });
    expect({ http: [core.http.port, core.http.host], dataDir: core.dataDir }).toEqual({
      http: [2, 'localhost'],
      dataDir: '/data',
    });
    expect([...fromEnvironment]).toEqual([
      ['dataDir', 'SIGNALBOX_DATA_DIR'],
      ['http.port', 'SIGNALBOX_HTTP__PORT'],
    ]);
  });

  test.each([
    ['SIGNALBOX_HTTP__MAX_BODY_BYTES', '2048', { http: { maxBodyBytes: 2048 } }],
    ['SIGNALBOX_HTTP__MAXBODYBYTES', '2048', { http: { maxBodyBytes: 2048 } }],
    ['SIGNALBOX_LOG__CALLS', 'false', { log: { calls: false } }],
    [
      'SIGNALBOX_HTTP__ALLOWED_HOSTS',
      '[hub.lan, other.lan]',
      { http: { allowedHosts: ['hub.lan', 'other.lan'] } },
    ],
    ['SIGNALBOX_HTTP__PUBLIC_URL', 'https://hub.lan:444/x', { http: { publicUrl: 'https://hub.lan:444/x' } }],
    ['SIGNALBOX_ENDPOINTS__SMALL_ONE__NAMING', 'plain', { endpoints: { 'small-one': { naming: 'plain' } } }],
    ['SIGNALBOX_HTTP', '{ port: 5 }', { http: { port: 5 } }],
  ])('%s=%s is read as YAML', (variable, value, wanted) => {
    expect(load('', { env: { [variable]: value } }).core).toMatchObject(wanted);
  });

  test('reach into an extension, through its records', () => {
    const { sections } = load('', {
      env: { SIGNALBOX_GATEWAY__UPSTREAMS__MY_APP__URL: 'http://127.0.0.1:9/mcp' },
    });
    expect(sections).toMatchObject({
      gateway: { upstreams: { 'my-app': { url: 'http://127.0.0.1:9/mcp' } } },
    });
  });

  test.each([
    ['SIGNALBOX_HTTP__PROT', 'no such setting – did you mean http.port?'],
    ['SIGNALBOX_DATADIRS', 'no such setting – did you mean dataDir?'],
    ['SIGNALBOX_STORE__QQQQQQQQQQ', 'no such setting – known here: driver'],
    ['SIGNALBOX___PROTO__', expect.stringContaining('no such setting')],
  ])('%s is refused: nothing of the prefix is ignored', (variable, problem) => {
    expect(problemsOf('', { env: { [variable]: 'x' } })).toEqual([
      typeof problem === 'string' ? `${variable}: ${problem}` : problem,
    ]);
  });

  test.each([
    ['SIGNALBOX_CONFIG'],
    ['SIGNALBOX_KEY'],
    ['SIGNALBOX_KEY_FILE'],
    ['SIGNALBOX_URL'],
    ['SIGNALBOX_DEBUG'],
  ])('%s belongs to the command line and is no setting', (variable) => {
    expect(load('', { env: { [variable]: 'x' } }).fromEnvironment.size).toBe(0);
  });

  test('are held against the schema like the file', () => {
    expect(problemsOf('', { env: { SIGNALBOX_HTTP__PORT: 'many' } })).toEqual([
      'http.port: invalid input: expected number, received string – write a value of type number',
    ]);
  });
});
