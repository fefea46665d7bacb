import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SearchableTool } from '../../src/search/tool-document.ts';
import { ToolIndex } from '../../src/search/tool-index.ts';
import { tool, toolCorpus } from '../support/tool-corpus.ts';

const searchable = (source: string, { name, definition }: ReturnType<typeof tool>): SearchableTool => ({
  name: `${source}__${name}`,
  originalName: name,
  source,
  definition,
});
const corpus = [...toolCorpus()].flatMap(([source, entries]) =>
  entries.map((each) => searchable(source, each)),
);
const index = new ToolIndex(corpus);
const best = (text: string, more = {}): string[] =>
  index.search({ text, limit: 3, ...more }).hits.map(({ tool: { name } }) => name);

test('the corpus is as large as a real one', () => {
  expect(corpus.length).toBeGreaterThan(300);
});

describe('ranking', () => {
  test.each([
    ['create issue', 'github__create_issue'],
    ['open a new pull request on GitHub', 'github__create_pull_request'],
    ['creating releases', 'github__create_release'],
    ['send an email message', 'mail__sendMessage'],
    ['delete mail attachments', 'mail__deleteAttachment'],
    ['restart a deployment in the cluster', 'kubernetes__restartDeployment'],
    ['list kubernetes pods', 'kubernetes__listPod'],
    ['refund invoice', 'shop__refund_invoice'],
    ['post message to team chat', 'chat__post-message'],
    ['read file contents', 'files__read_text_file'],
    ['rename a directory', 'files__move_file'],
    ['take a picture of the page: screenshot', 'browser__browser_take_screenshot'],
    ['weather', 'weather__getForecast'],
    ['latitude longitude', 'weather__getForecast'],
    ['exchange rate currency', 'math__convertUnits'],
    ['cancel calendar event', 'calendar__cancel-event'],
    ['acknowledge incidents', 'monitor__acknowledge-incident'],
    ['plan route', 'maps__plan_route'],
    ['describe table schema postgresql', 'database__describe_table'],
    ['export wiki page', 'wiki__exportPage'],
    ['config map', 'kubernetes__getConfigMap'],
  ])('"%s" finds %s among the first three', (text, name) => {
    expect(best(text)).toContain(name);
  });

  test.each([
    ['create issue', 'github__create_issue'],
    ['getForecast', 'weather__getForecast'],
    ['get forecast', 'weather__getForecast'],
    ['write_file', 'files__write_file'],
    ['browser navigate', 'browser__browser_navigate'],
    ['silence alert', 'monitor__silence-alert'],
  ])('"%s" finds %s first', (text, name) => {
    expect(best(text)[0]).toBe(name);
  });

  test('a word in the name counts more than in the description, and that more than in a parameter', () => {
    const three = new ToolIndex([
      searchable('a', tool('paint', 'Draws', { color: 'As zebra' })),
      searchable('b', tool('draw', 'Draws a zebra')),
      searchable('c', tool('zebra', 'Draws')),
    ]);
    const { hits } = three.search({ text: 'zebra', limit: 9 });
    expect(hits.map(({ tool: { name } }) => name)).toEqual(['c__zebra', 'b__draw', 'a__paint']);
  });

  test('equals come by name', () => {
    const same = ['c', 'a', 'b'].map((source) => searchable(source, tool('same', 'Does the same')));
    const { hits } = new ToolIndex(same).search({ text: 'same', limit: 9 });
    expect(hits.map(({ tool: { name } }) => name)).toEqual(['a__same', 'b__same', 'c__same']);
  });
});

describe('a search', () => {
  test('can be kept to one source, and tells how many fit', () => {
    expect(best('message', { source: 'chat' }).every((name) => name.startsWith('chat__'))).toBe(true);
    expect(index.search({ text: 'message', limit: 2, source: 'chat' })).toMatchObject({ total: 5 });
    expect(index.search({ text: 'message', limit: 2, source: 'absent' })).toMatchObject({
      hits: [],
      total: 0,
    });
  });

  test('without a word of any tool finds nothing', () => {
    for (const text of ['xyzzy', '   ', '!?', 'the'])
      expect(index.search({ text, limit: 9 })).toEqual({ hits: [], total: 0, postingsRead: 0 });
  });

  test('counts the first 64 different words', () => {
    const many = Array.from({ length: 64 }, (_, number) => `word${number}x`).join(' ');
    expect(index.search({ text: `${many} issue`, limit: 9 }).total).toBe(0);
    expect(index.search({ text: `issue ${many} release`, limit: 50 }).total).toBe(
      index.search({ text: 'issue', limit: 50 }).total,
    );
  });

  test('reads the postings of its own words, whatever else is indexed', () => {
    const tools = Array.from({ length: 10_000 }, (_, number) =>
      searchable(
        `s${number % 100}`,
        tool(`act_${number}`, number % 1_000 === 7 ? 'Tames a zebra' : 'Does it'),
      ),
    );
    const large = new ToolIndex(tools);
    expect(large.search({ text: 'zebra', limit: 3 })).toMatchObject({ total: 10, postingsRead: 10 });
    expect(large.search({ text: 'zebra unknown', limit: 3 }).postingsRead).toBe(10);
    expect(large.search({ text: 'act', limit: 3 }).postingsRead).toBe(10_000);
  });

  test('takes definitions of any shape', () => {
    const definitions = [
      {},
      { description: 5, title: null, inputSchema: [] },
      { inputSchema: { properties: { a: true, b: { items: { properties: { zebra: {} } } } } } },
      {
        inputSchema: {
          properties: { a: { properties: { b: { properties: { c: { properties: { deep: {} } } } } } } },
        },
      },
    ];
    const odd = new ToolIndex(
      definitions.map((definition, place) => ({
        name: `t${place}`,
        originalName: '_',
        source: 's',
        definition: definition as SearchableTool['definition'],
      })),
    );
    expect(odd.search({ text: 'zebra', limit: 9 }).hits.map(({ tool: { name } }) => name)).toEqual(['t2']);
    expect(odd.search({ text: 'deep', limit: 9 }).total).toBe(0);
  });
});

describe('properties', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9_.\-é ]{1,12}$/);
  const made = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c'), word, fc.string({ maxLength: 40 })), {
    minLength: 1,
    maxLength: 30,
    selector: ([source, name]) => `${source}__${name}`.trim(),
  });

  test('every tool is found first by its exact name, even one without a word in it', () => {
    fc.assert(
      fc.property(made, (given) => {
        const tools = given.map(([source, name, about]) => ({
          ...searchable(source, tool(name, about)),
          name: `${source}__${name}`.trim(),
        }));
        const own = new ToolIndex(tools);
        for (const { name } of tools)
          expect(own.search({ text: name, limit: 1 }).hits[0]?.tool.name).toBe(name);
      }),
      { seed: 20_261_202, numRuns: 200 },
    );
  });

  test('the order is that of the scores, the limit holds, and the order of arrival says nothing', () => {
    fc.assert(
      fc.property(
        made,
        fc.string({ maxLength: 40 }),
        fc.integer({ min: 1, max: 50 }),
        (given, text, limit) => {
          const tools = given.map(([source, name, about]) => searchable(source, tool(name, about)));
          const { hits, total } = new ToolIndex(tools).search({ text, limit });
          expect(hits.length).toBe(Math.min(total, limit));
          const scores = hits.map(({ score }) => score);
          expect(scores).toEqual([...scores].sort((a, b) => b - a));
          const turned = new ToolIndex([...tools].reverse()).search({ text, limit });
          expect(turned.hits.map(({ tool: { name } }) => name)).toEqual(
            hits.map(({ tool: { name } }) => name),
          );
        },
      ),
      { seed: 20_261_203, numRuns: 300 },
    );
  });
});
