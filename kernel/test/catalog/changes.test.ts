import { catalogChanged, type SourceState } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { entry, makeCatalog, tools } from '../support/make-catalog.ts';

function listening(endpoints = {}) {
  const made = makeCatalog(endpoints);
  const heard: string[] = [];
  made.events.on(catalogChanged, ({ changes }) => {
    heard.push(changes.map(({ view, changed }) => `${view}: ${Object.keys(changed).join('+')}`).join(', '));
  });
  return { ...made, heard };
}

describe('changes of the catalog', () => {
  test('are in force at once and announced together, 50 ms after the first', () => {
    const { open, clock, heard, names } = listening();
    const source = open('a', tools('one'));
    expect(names('tool')).toEqual(['a__one → a/one']);
    clock.advance(49);
    source.publish([...tools('two'), entry('prompt', 'p')]);
    expect(heard).toEqual([]);
    clock.advance(1);
    expect(heard).toEqual(['all: tool+prompt, upstream:a: tool+prompt']);
    clock.advance(1_000);
    expect(heard).toHaveLength(1);
  });

  test('name the kinds that changed, in the views where they did', () => {
    const { open, clock, heard } = listening({ small: { include: ['b'] } });
    const a = open('a', tools('one'));
    const b = open('b', [entry('resource', 'x://1')]);
    clock.advance(50);
    heard.length = 0;
    a.publish(tools('one', 'two'));
    clock.advance(50);
    b.publish([entry('resource', 'x://1'), entry('template', 'x://{id}')]);
    clock.advance(50);
    expect(heard).toEqual([
      'all: tool, upstream:a: tool',
      'all: template, upstream:b: template, endpoint:small: template',
    ]);
  });

  test('that change nothing are not announced as changes', () => {
    const { open, clock, heard } = listening();
    const source = open('a', tools('one'));
    clock.advance(50);
    heard.length = 0;
    source.publish(tools('one'));
    source.setState({ status: 'connecting' });
    clock.advance(50);
    source.setState({ status: 'connecting' });
    clock.advance(50);
    expect(heard.filter((line) => line !== '')).toEqual([]);
  });

  test('of who may use an entry are announced: the lists of some callers change', () => {
    const { open, clock, heard } = listening();
    const source = open('a', [entry('tool', 't', 'anchor')]);
    clock.advance(50);
    heard.length = 0;
    source.publish([entry('tool', 't', 'public')]);
    clock.advance(50);
    expect(heard).toEqual(['all: tool, upstream:a: tool']);
  });

  test('of a source that goes are told to those who look at it alone', () => {
    const { open, clock, heard } = listening();
    const source = open('a', tools('one'));
    clock.advance(50);
    heard.length = 0;
    source.withdraw();
    clock.advance(50);
    expect(heard).toEqual(['all: tool, upstream:a: tool']);
  });

  test('count the generations one by one', () => {
    const { open, catalog } = makeCatalog();
    const before = catalog.generation();
    const source = open('a', tools('one'));
    const after = catalog.generation();
    source.publish(tools('two'));
    source.publish(tools('three'));
    expect([after - before, catalog.generation() - after]).toEqual([1, 1]);
  });
});

describe('a source that cannot be called', () => {
  test('stays among the items with its reason, and its going is announced', () => {
    const { open, catalog, clock, heard } = listening();
    const source = open('a', tools('one'));
    clock.advance(50);
    heard.length = 0;
    const down: SourceState = { status: 'unavailable', reason: 'it crashed' };
    source.setState(down);
    expect(catalog.items('tool')).toEqual([
      {
        kind: 'tool',
        name: 'a__one',
        source: 'a',
        originalName: 'one',
        definition: { name: 'a__one' },
        minLevel: 'public',
        state: down,
      },
    ]);
    clock.advance(50);
    expect(heard).toEqual(['all: tool, upstream:a: tool']);
  });
});
