import { isSignalboxError, type JsonObject, type JsonValue } from '@signalbox/sdk';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildRequest } from '../src/index.ts';
import { toolOf } from './support/api-of.ts';

const seed = 20_261_123;
const surroundings = { baseUrl: 'https://api.example/v1', boundary: 'b' };

/** The path or query of a request with one parameter `color` in a style. */
function write(place: string, style: string, explode: boolean, value: JsonValue): string {
  return writeWith({ in: place, style, explode }, value);
}

function writeWith({ in: place, ...rest }: { in: string } & JsonObject, value: JsonValue): string {
  const path = place === 'path' ? '/{color}' : '/';
  const tool = toolOf({ parameters: [{ name: 'color', in: place, schema: {}, ...rest }] }, { path });
  const { url, headers } = buildRequest(tool, { color: value }, surroundings);
  if (place === 'header') return headers['color'] ?? '';
  if (place === 'cookie') return headers['cookie'] ?? '';
  return url.slice('https://api.example/v1/'.length);
}

const list = ['blue', 'black', 'brown'];
const object = { R: 100, G: 200, B: 150 };

// The table of OpenAPI 3.1, "Style Examples".
test.each([
  ['path', 'matrix', false, 'blue', ';color=blue'],
  ['path', 'matrix', false, list, ';color=blue,black,brown'],
  ['path', 'matrix', false, object, ';color=R,100,G,200,B,150'],
  ['path', 'matrix', true, list, ';color=blue;color=black;color=brown'],
  ['path', 'matrix', true, object, ';R=100;G=200;B=150'],
  ['path', 'label', false, list, '.blue,black,brown'],
  ['path', 'label', true, list, '.blue.black.brown'],
  ['path', 'label', false, object, '.R,100,G,200,B,150'],
  ['path', 'label', true, object, '.R=100.G=200.B=150'],
  ['path', 'simple', false, list, 'blue,black,brown'],
  ['path', 'simple', false, object, 'R,100,G,200,B,150'],
  ['path', 'simple', true, object, 'R=100,G=200,B=150'],
  ['header', 'simple', true, object, 'R=100,G=200,B=150'],
  ['query', 'form', false, list, '?color=blue,black,brown'],
  ['query', 'form', false, object, '?color=R,100,G,200,B,150'],
  ['query', 'form', true, list, '?color=blue&color=black&color=brown'],
  ['query', 'form', true, object, '?R=100&G=200&B=150'],
  ['query', 'spaceDelimited', false, list, '?color=blue%20black%20brown'],
  ['query', 'pipeDelimited', false, list, '?color=blue%7Cblack%7Cbrown'],
  ['query', 'deepObject', true, object, '?color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150'],
  ['query', 'deepObject', true, { a: { b: [1] } }, '?color%5Ba%5D%5Bb%5D%5B0%5D=1'],
  ['cookie', 'form', false, list, 'color=blue,black,brown'],
  ['cookie', 'form', true, list, 'color=blue; color=black; color=brown'],
  ['query', 'form', true, [], ''],
  ['query', 'form', true, null, ''],
])('%s, %s, explode %s: %j is written as %s', (...row) => {
  const [place, style, explode, value, written] = row;
  expect(write(place, style, explode, value)).toBe(written);
});

test('reserved characters stay where they may, except those that end a value', () => {
  expect(writeWith({ in: 'query', allowReserved: true }, 'a/b?c&d#e+f')).toBe('?color=a/b?c%26d%23e%2Bf');
});

describe('a path parameter cannot lead to another path', () => {
  test.each(['', '.', '..'])('%j is refused', (value) => {
    let code = '';
    try {
      write('path', 'simple', false, value);
    } catch (error) {
      code = isSignalboxError(error) ? error.code : String(error);
    }
    expect(code).toBe('invalid_params');
  });

  test.each(['../x', 'a/../../b', '%2e%2e', 'a?b#c', '\\..\\'])('%j stays one segment', (value) => {
    const { pathname, search, hash } = new URL(
      `https://api.example/v1/${write('path', 'simple', false, value)}`,
    );
    expect(pathname.split('/')).toHaveLength(3);
    expect(search + hash).toBe('');
    expect(decodeURIComponent(pathname.slice('/v1/'.length))).toBe(value);
  });
});

test('a header takes no line break', () => {
  expect(() => write('header', 'simple', false, 'a\r\nX-Evil: 1')).toThrow('a header cannot carry');
});

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((each) => each.isWellFormed());
const plain = text.filter((each) => !['.', '..'].includes(each));

/** Reads a query as a server does that knows nothing of our writer. */
function readPairs(query: string): [string, string][] {
  return query
    .replace(/^\?/, '')
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      return [decodeURIComponent(pair.slice(0, at)), decodeURIComponent(pair.slice(at + 1))];
    });
}

const split = (raw: string, by: string): string[] => raw.split(by).map(decodeURIComponent);

describe(`what is written is read back (seed ${seed})`, () => {
  test('one value in a path', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(decodeURIComponent(write('path', 'simple', false, value))).toBe(value);
      }),
      { seed },
    );
  });

  test('a list in every style that keeps it apart', () => {
    fc.assert(
      fc.property(fc.array(plain, { minLength: 2, maxLength: 5 }), (value) => {
        expect(split(write('path', 'simple', false, value), ',')).toEqual(value);
        expect(split(write('query', 'form', false, value).slice('?color='.length), ',')).toEqual(value);
        expect(readPairs(write('query', 'form', true, value))).toEqual(value.map((item) => ['color', item]));
        expect(
          write('path', 'matrix', true, value).split(';color=').slice(1).map(decodeURIComponent),
        ).toEqual(value);
      }),
      { seed },
    );
  });

  test('an object, exploded and deep', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(text, { minLength: 1, maxLength: 4 }),
        fc.array(text, { minLength: 4, maxLength: 4 }),
        (names, values) => {
          const pairs = names
            .filter((name) => name !== '__proto__')
            .map((name, index): [string, string] => [name, values[index] ?? '']);
          const value = Object.fromEntries(pairs);
          const expected = Object.entries(value);
          expect(readPairs(write('query', 'form', true, value))).toEqual(expected);
          const deep = readPairs(write('query', 'deepObject', true, value));
          expect(deep.map(([key, item]) => [key.slice('color['.length, -1), item])).toEqual(expected);
        },
      ),
      { seed },
    );
  });
});
