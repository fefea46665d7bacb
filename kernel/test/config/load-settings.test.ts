import { join } from 'node:path';
import { defineExtension, isJsonObject } from '@signalbox/sdk';
import { expectCode } from '@signalbox/sdk/expect-code';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loadSettings, settingsJsonSchema } from '../../src/index.ts';
import { gatewayLike, load, problemsOf } from '../support/settings-folder.ts';

describe('settings that are right', () => {
  test('have every default, and paths start at the folder of the file', () => {
    load('', {}, (read, folder) => {
      const { core, sections, dataDir, baseDir, path } = read();
      expect({ core, sections, dataDir, baseDir, path }).toMatchObject({
        core: {
          dataDir: '.signalbox',
          http: { enabled: true, host: '127.0.0.1', port: 4400, level: 'trusted', noAuthLevel: 'public' },
          stdio: { level: 'anchor' },
          store: { driver: 'sqlite' },
          endpoints: {},
        },
        sections: { gateway: { upstreams: {} } },
        dataDir: join(folder, '.signalbox'),
        baseDir: folder,
        path: join(folder, 'signalbox.yaml'),
      });
    });
  });

  test('come from the environment alone when there is no file', () => {
    const { core, path } = loadSettings({ env: { SIGNALBOX_HTTP__PORT: '1' }, extensions: [] });
    expect({ port: core.http.port, path }).toEqual({ port: 1, path: undefined });
  });

  test('give each extension its own section', () => {
    const { sections } = load('gateway: { upstreams: { a: { url: "http://127.0.0.1:1/mcp" } } }');
    expect(sections).toMatchObject({ gateway: { upstreams: { a: { url: 'http://127.0.0.1:1/mcp' } } } });
  });
});

describe('settings that are wrong', () => {
  test('are all told at once, each with its path and what to do', () => {
    const text = `
http:
  port: eighty
  hots: 127.0.0.1
  level: admin
logg: { level: debug }
limits: { pageSize: 0 }
gateway:
  upstreams:
    weather: { command: node, comand: x, callTimeoutMs: soon }
    Bad_Name: { command: node }
`;
    expect(
      problemsOf(text, { env: { SIGNALBOX_HTTP__PROT: '1', SIGNALBOX_NONSENSE: '1' } }),
    ).toMatchInlineSnapshot(`
      [
        "SIGNALBOX_HTTP__PROT: no such setting – did you mean http.port?",
        "SIGNALBOX_NONSENSE: no such setting – known here: dataDir, http, stdio, log, limits, audit, store, extensions, endpoints, gateway",
        "http.port: invalid input: expected number, received string – write a value of type number",
        "http.level: invalid option: expected one of "none"|"public"|"trusted"|"anchor"",
        "http.hots: unknown setting – did you mean "host"?",
        "limits.pageSize: too small: expected number to be >=1",
        "gateway.upstreams.weather.callTimeoutMs: invalid input: expected number, received string – write a value of type number",
        "gateway.upstreams.weather.comand: unknown setting – did you mean "command"?",
        "gateway.upstreams.Bad_Name: use 1 to 32 of a-z, 0-9 and "-", not at the ends",
        "logg: unknown setting – did you mean "log"?",
      ]
    `);
  });

  test('name the source and count the problems', () => {
    load('http: { port: -1 }', {}, (read, folder) => {
      const { message } = expectCode('invalid_settings', read);
      expect(message).toMatch(`${folder}/signalbox.yaml has one problem:\n  http.port: `);
    });
    expect(() => loadSettings({ env: { SIGNALBOX_X: '', SIGNALBOX_Y: '' }, extensions: [] })).toThrow(
      'the environment has 2 problems:',
    );
  });

  test.each([
    ['http: { prt: 1 }', 'http.prt: unknown setting – did you mean "port"?'],
    ['htpp: {}', 'htpp: unknown setting – did you mean "http"?'],
    ['endpoints: { e: { includ: ["a"] } }', 'endpoints.e.includ: unknown setting – did you mean "include"?'],
    ['store: { zzzzzzzzzzz: 1 }', 'store.zzzzzzzzzzz: unknown setting – known here: driver'],
    ['log: { LEVEL: debug }', 'log.LEVEL: unknown setting – did you mean "level"?'],
  ])('an unknown key gets the nearest one as a hint: %s', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test.each([
    [
      'a misspelt branch',
      '{ ulr: "http://127.0.0.1/" }',
      ['a: "command" or "url" or "openapi" is missing', 'a.ulr: unknown setting – did you mean "url"?'],
    ],
    ['neither branch', '{ title: T }', ['a: "command" or "url" or "openapi" is missing']],
    [
      'a bad value in the stdio branch',
      '{ command: 5 }',
      ['a.command: invalid input: expected string, received number – write a value of type string'],
    ],
    ['a bad value in the HTTP branch', '{ url: "ftp://x" }', ['a.url: invalid URL']],
    [
      'an unknown key in the HTTP branch',
      '{ url: "http://127.0.0.1/", heders: {} }',
      ['a.heders: unknown setting – did you mean "headers"?'],
    ],
    [
      'both branches',
      '{ url: "http://127.0.0.1/", command: node }',
      ['a.url: this cannot stand beside the others here – remove it, or the others'],
    ],
    [
      'no mapping',
      '5',
      ['a: invalid input: expected object, received number – write a value of type object'],
    ],
  ])('an upstream with %s is told about the branch it meant', (_what, definition, problems) => {
    const told = problemsOf(`gateway: { upstreams: { a: ${definition} } }`);
    expect(told).toEqual(problems.map((problem) => `gateway.upstreams.${problem}`));
  });

  test('a value never stands in the message, secret or not', () => {
    const problems = problemsOf(
      'http: { port: "${env:TOKEN}", host: "${env:TOKEN}", publicUrl: "${env:TOKEN}" }',
      {
        env: { TOKEN: 'canary-value-12345' },
      },
    );
    expect(problems.length).toBe(2);
    expect(problems.join()).not.toContain('canary');
  });
});

test.each(['http', 'dataDir', 'limits'])(
  'no extension may be called %s: that section is of the hub',
  (name) => {
    const extension = defineExtension({ name, config: z.strictObject({}), setup: () => undefined });
    const error = expectCode('extension_failed', () => loadSettings({ env: {}, extensions: [extension] }));
    expect(error.message).toBe(
      `no extension can be called "${name}": that section of the settings is the hub's own`,
    );
  },
);

describe('a settings file that cannot be read', () => {
  test('as YAML tells line and column', () => {
    expect(problemsOf('http:\n  port: 1\n  host: [127.0.0.1\nlog: x\n')).toMatchInlineSnapshot(`
      [
        "line 4, column 1: Flow sequence in block collection must be sufficiently indented and end with a ] – mend the YAML",
      ]
    `);
  });

  test.each([
    ['http: { port: 1 }\nhttp: { port: 2 }\n', /^line 2, column 1: Map keys must be unique/],
    ['a: 1\n---\nb: 2\n', /Source contains multiple documents/],
    ['\tport: 1', /^line 1, column 1: /],
  ])('because of its form says so: %j', (text, problem) => {
    expect(problemsOf(text)[0]).toMatch(problem);
  });

  test.each([['- a\n- b'], ['just text'], ['42']])('as a mapping is refused: %j', (text) => {
    expect(problemsOf(text)).toEqual([': the file is no mapping – write sections such as "http:"']);
  });

  test('because it is not there names the option', () => {
    const path = join('/nowhere', 'signalbox.yaml');
    const error = expectCode('invalid_settings', () => loadSettings({ path, env: {}, extensions: [] }));
    expect(error.message).toBe(
      `the settings file ${path} cannot be read; check the path given with --config`,
    );
  });

  test('without exploding is refused: aliases that multiply', () => {
    const levels = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (let index = 1; index < 9; index++) {
      const [name, last] = ['abcdefghij'[index], 'abcdefghij'[index - 1]];
      levels.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${last}`).join(',')}]`);
    }
    load(levels.join('\n'), {}, (read) => {
      expect(expectCode('invalid_settings', read).message).toMatch(
        'repeats itself too often through aliases',
      );
    });
  });
});

describe('the JSON Schema of the settings', () => {
  test('knows the core, every extension, and their descriptions', () => {
    const extra = defineExtension({
      name: 'extra',
      description: 'Something more',
      config: z.strictObject({ city: z.string().default('Oslo').describe('Where') }),
      setup: () => undefined,
    });
    const schema = settingsJsonSchema([gatewayLike, extra]);
    const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
    expect(Object.keys(properties)).toEqual([
      'dataDir',
      'http',
      'stdio',
      'log',
      'limits',
      'audit',
      'store',
      'extensions',
      'endpoints',
      'gateway',
      'extra',
    ]);
    expect(schema['additionalProperties']).toBe(false);
    expect(properties['extra']).toEqual({
      default: {},
      description: 'Something more',
      type: 'object',
      properties: { city: { default: 'Oslo', description: 'Where', type: 'string' } },
      additionalProperties: false,
    });
  });
});
