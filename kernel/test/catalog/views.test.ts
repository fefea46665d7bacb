import type { SourceEntry } from '@signalbox/sdk';
import { expectCode } from '@signalbox/sdk/expect-code';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entry, makeCatalog, tools, viewer } from '../support/make-catalog.ts';

describe('the view of everything', () => {
  test('prefixes what upstreams offer and keeps the plain names of extensions', () => {
    const { open, names } = makeCatalog();
    open('web', tools('search'));
    open('files', [...tools('read', 'write'), entry('prompt', 'sum')]);
    open('tasks', [...tools('create_task')], { kind: 'extension' });
    expect(names('tool')).toEqual([
      'create_task → tasks/create_task',
      'files__read → files/read',
      'files__write → files/write',
      'web__search → web/search',
    ]);
    expect(names('prompt')).toEqual(['files__sum → files/sum']);
  });

  test('puts the public name into the definition and leaves the rest alone', () => {
    const { open, catalog } = makeCatalog();
    open('a', [{ kind: 'tool', name: 't', definition: { name: 't', 'x-own': [1], inputSchema: {} } }]);
    expect(catalog.findTool('all', 'a__t', viewer('public'))).toEqual({
      name: 'a__t',
      'x-own': [1],
      inputSchema: {},
    });
    expect(catalog.findTool('upstream:a', 't', viewer('public'))).toEqual({
      name: 't',
      'x-own': [1],
      inputSchema: {},
    });
    expect(catalog.findTool('all', 't', viewer('public'))).toBe(undefined);
  });

  test('takes the first of two entries a source publishes under one name', () => {
    const { open, catalog } = makeCatalog();
    open('a', [
      { kind: 'tool', name: 't', definition: { name: 't', description: 'first' } },
      { kind: 'tool', name: 't', definition: { name: 't', description: 'second' } },
      entry('prompt', 't'),
    ]);
    expect(catalog.items('tool').map(({ definition }) => definition)).toEqual([
      { name: 'a__t', description: 'first' },
    ]);
  });

  test('never lets one source take the name of another', () => {
    const { open, names } = makeCatalog();
    open('a', tools('b', 'b__c'), { kind: 'extension' });
    open('b', tools('b'), { kind: 'extension' });
    open('up', tools('b'), {});
    open('zz', tools('up__b'), { kind: 'extension' });
    const shown = names('tool');
    expect(shown).toHaveLength(5);
    expect(new Set(shown.map((line) => line.split(' ')[0])).size).toBe(5);
    expect(shown).toContain('up__b → up/b');
    expect(shown).toContain('b → a/b');
  });

  test('refuses a source whose id is taken or malformed', () => {
    const { open } = makeCatalog();
    open('a', []);
    expect(expectCode('conflict', () => open('a', [])).message).toBe(
      'the source "a" is already in the catalog; give the other one a name of its own',
    );
    for (const id of ['', 'A', 'a_b', '-a', 'a-', 'a/b', 'a'.repeat(65)])
      expectCode('invalid_params', () => open(id, []));
  });

  test('lets a withdrawn id be used again, and a second withdrawal harms nobody', () => {
    const { open, names } = makeCatalog();
    const first = open('a', tools('old'));
    first.withdraw();
    open('a', tools('new'));
    first.withdraw();
    expect(names('tool')).toEqual(['a__new → a/new']);
  });
});

describe('resources of several sources', () => {
  test('keep their URI; of two with the same the first by id does, and the other is prefixed', () => {
    const { open, names, catalog } = makeCatalog();
    open('b', [entry('resource', 'file:///x'), entry('resource', 'file:///only-b')]);
    open('a', [entry('resource', 'file:///x')]);
    expect(names('resource')).toEqual([
      'file:///only-b → b/file:///only-b',
      'file:///x → a/file:///x',
      'signalbox://b/file%3A%2F%2F%2Fx → b/file:///x',
    ]);
    const found = catalog.view('all')?.findResource('signalbox://b/file%3A%2F%2F%2Fx');
    expect([found?.source.id, found?.originalName]).toEqual(['b', 'file:///x']);
  });

  test('are found through templates, which an exact URI comes before', () => {
    const { open, catalog } = makeCatalog();
    open('a', [entry('template', 'note://{id}')]);
    open('b', [entry('resource', 'note://7')]);
    const where = (uri: string) => {
      const found = catalog.view('all')?.findResource(uri);
      return found && `${found.source.id} ${found.originalName}`;
    };
    expect([where('note://7'), where('note://8'), where('note://8/9'), where('other://8')]).toEqual([
      'b note://7',
      'a note://8',
      undefined,
      undefined,
    ]);
  });

  test('a template that takes everything does not take what is addressed to another source', () => {
    const { open, catalog } = makeCatalog();
    open('a', [entry('template', '{+any}')]);
    open('b', [entry('template', 'note://{id}')]);
    const found = catalog.view('all')?.findResource('signalbox://b/note%3A%2F%2F7');
    expect([found?.source.id, found?.originalName]).toEqual(['b', 'note://7']);
  });

  test('a template that cannot be read is left out and harms no other', () => {
    const { open, names } = makeCatalog();
    open('a', [entry('template', 'broken://{id'), entry('template', 'good://{id}')]);
    expect(names('template')).toEqual(['good://{id} → a/good://{id}']);
  });

  test('a prefixed URI keeps the level of what it names', () => {
    const { open, catalog } = makeCatalog();
    open('a', [entry('resource', 'secret://x', 'anchor'), entry('template', 'deep://{id}', 'anchor')]);
    const levelOf = (uri: string) => catalog.view('all')?.findResource(uri)?.entry?.minLevel;
    expect(levelOf('signalbox://a/secret%3A%2F%2Fx')).toBe('anchor');
    expect(levelOf('signalbox://a/deep%3A%2F%2F7')).toBe('anchor');
  });
});

describe('a named endpoint', () => {
  const entries: { readonly [source: string]: readonly SourceEntry[] } = {
    files: [...tools('read_file', 'read_dir', 'write_file'), entry('resource', 'file:///etc/passwd')],
    web: [...tools('search', 'read_page')],
  };
  const show = (endpoint: object): string[] => {
    const { open, names } = makeCatalog({ e: endpoint });
    for (const [id, own] of Object.entries(entries)) open(id, own);
    return [...names('tool', 'endpoint:e'), ...names('resource', 'endpoint:e')].map(
      (line) => line.split(' → ')[0] ?? '',
    );
  };

  test.each([
    [
      {},
      [
        'files__read_dir',
        'files__read_file',
        'files__write_file',
        'web__read_page',
        'web__search',
        'file:///etc/passwd',
      ],
    ],
    [{ include: ['web'] }, ['web__read_page', 'web__search']],
    [{ include: ['files/read_*'] }, ['files__read_dir', 'files__read_file']],
    [{ include: ['*/read_*'] }, ['files__read_dir', 'files__read_file', 'web__read_page']],
    [{ include: ['*/*_*e'] }, ['files__read_file', 'files__write_file', 'web__read_page']],
    [{ include: ['files/read_file'], exclude: ['files/read_file'] }, []],
    [{ exclude: ['files'] }, ['web__read_page', 'web__search']],
    [{ exclude: ['files/file:*', 'web/*'] }, ['files__read_dir', 'files__read_file', 'files__write_file']],
    [{ include: ['nobody'] }, []],
    [{ include: ['web/search', 'files/write_file'] }, ['files__write_file', 'web__search']],
    [{ include: ['we'] }, []],
  ])('%j shows what it names', (endpoint, names) => {
    expect(show(endpoint)).toEqual(names);
  });

  test('with plain names keeps those only one source has', () => {
    const { open, names } = makeCatalog({ e: { naming: 'plain' } });
    open('a', tools('both', 'only_a'));
    open('b', tools('both', 'only_b'));
    expect(names('tool', 'endpoint:e')).toEqual([
      'a__both → a/both',
      'b__both → b/both',
      'only_a → a/only_a',
      'only_b → b/only_b',
    ]);
  });

  test('with plain names lets no upstream stand in for another', () => {
    const { open, names } = makeCatalog({ e: { naming: 'plain' } });
    open('a', tools('both'));
    open('b', tools('both'));
    open('hostile', tools('a__both'));
    expect(names('tool', 'endpoint:e')).toEqual([
      'a__both → a/both',
      'b__both → b/both',
      'hostile__a__both → hostile/a__both',
    ]);
  });

  test('does not read what it leaves out, by whatever URI', () => {
    const { open, catalog } = makeCatalog({ e: { include: ['files'], exclude: ['files/secret*'] } });
    open('files', [
      entry('resource', 'open://x'),
      entry('resource', 'secret://x'),
      entry('template', 'secret2://{id}'),
    ]);
    const view = catalog.view('endpoint:e');
    const uris = [
      'open://x',
      'secret://x',
      'signalbox://files/secret%3A%2F%2Fx',
      'signalbox://files/secret2%3A%2F%2F1',
    ];
    expect(uris.map((uri) => view?.findResource(uri)?.originalName)).toEqual([
      'open://x',
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('the view of one upstream', () => {
  test('shows it as it is, and reads what it does not list', () => {
    const { open, names, catalog } = makeCatalog();
    open('a', [...tools('b.c', 'd'), entry('resource', 'x://1')]);
    open('b', tools('e'));
    expect(names('tool', 'upstream:a')).toEqual(['b.c → a/b.c', 'd → a/d']);
    const found = catalog.view('upstream:a')?.findResource('x://unlisted');
    expect([found?.source.id, found?.originalName, found?.entry]).toEqual(['a', 'x://unlisted', undefined]);
    expect(catalog.view('all')?.findResource('x://unlisted')).toBe(undefined);
  });

  test('is there for upstreams only', () => {
    const { open, catalog } = makeCatalog({ e: {} });
    open('up', []);
    open('ext', [], { kind: 'extension' });
    expect(catalog.views()).toEqual(['all', 'upstream:up', 'endpoint:e']);
  });
});

describe('names in any order of arrival', () => {
  const name = fc.stringMatching(/^[ab_.]{1,4}$/);
  const source = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'a-b'),
    kind: fc.constantFrom('upstream' as const, 'extension' as const),
    names: fc.uniqueArray(name, { maxLength: 5 }),
    uris: fc.uniqueArray(fc.constantFrom('x://1', 'x://2', 'signalbox://b/x%3A%2F%2F1'), { maxLength: 3 }),
  });
  const sources = fc.uniqueArray(source, { selector: ({ id }) => id, maxLength: 4 });

  test('are the same, and each name leads to one entry', () => {
    fc.assert(
      fc.property(
        sources.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          const shown = [all, shuffled].map((order) => {
            const { open, names, catalog } = makeCatalog({ e: { naming: 'plain' } });
            for (const { id, kind, names: own, uris } of order)
              open(id, [...tools(...own), ...uris.map((uri) => entry('resource', uri))], { kind });
            return catalog
              .views()
              .map((view) => [view, names('tool', view), names('resource', view)] as const);
          });
          const [first = [], second = []] = shown;
          expect(new Map(second.map(([view, ...rest]) => [view, rest]))).toEqual(
            new Map(first.map(([view, ...rest]) => [view, rest])),
          );
          const count = all.reduce((sum, { names: own }) => sum + own.length, 0);
          for (const [view, shownTools] of first)
            if (!view.startsWith('upstream:')) expect(shownTools).toHaveLength(count);
        },
      ),
      { seed: 20_261_124, numRuns: 400 },
    );
  });
});
