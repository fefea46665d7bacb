import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toTerms } from '../../src/search/terms.ts';

test.each([
  ['read_text_file', ['read', 'text', 'fil']],
  ['list-pull.requests', ['list', 'pull', 'request']],
  ['getHTTPResponse', ['get', 'http', 'respons', 'gethttprespons']],
  ['GitHub', ['git', 'hub', 'github']],
  ['s3Bucket', ['s3', 'bucket', 's3bucket']],
  ['Creates, created and creating', ['creat', 'creat', 'creat']],
  ['queries running addresses boxes', ['query', 'run', 'address', 'box']],
  ['status bus gas', ['status', 'bus', 'gas']],
  ['string feed red', ['string', 'feed', 'red']],
  ['Überprüfe die Größe', ['überprüfe', 'die', 'größe']],
  ['создать файл', ['создать', 'файл']],
  ['検索する', ['検索', '索す', 'する']],
  ['the of and to', []],
  [' ---  ', []],
  ['', []],
])('%s has the terms %j', (text, terms) => {
  expect(toTerms(text)).toEqual(terms);
});

test('any text has terms, in lower case, and the same ones each time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const terms = toTerms(text);
      expect(toTerms(text)).toEqual(terms);
      expect(terms.filter((term) => term === '')).toEqual([]);
    }),
    { seed: 20_261_201, numRuns: 500 },
  );
});
