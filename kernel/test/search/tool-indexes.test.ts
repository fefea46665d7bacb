import { catalogChanged, type Level, silentLog } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { Access } from '../../src/access/access.ts';
import { Catalog } from '../../src/catalog/catalog.ts';
import type { View } from '../../src/catalog/view.ts';
import { endpointSettings } from '../../src/config/core-settings.ts';
import { EventBus } from '../../src/events/event-bus.ts';
import { ToolIndex } from '../../src/search/tool-index.ts';
import { ToolIndexes } from '../../src/search/tool-indexes.ts';
import { viewer } from '../support/make-catalog.ts';
import { tool } from '../support/tool-corpus.ts';

function searched(count: number) {
  const clock = new FakeClock();
  const events = new EventBus(silentLog);
  const endpoints = {
    work: endpointSettings.parse({ disclosure: 'search' }),
    full: endpointSettings.parse({}),
  };
  const access = new Access(() => undefined, clock);
  const catalog = new Catalog({ endpoints, clock, events, access });
  const built: number[] = [];
  const indexes = new ToolIndexes(access, (tools) => {
    built.push(tools.length);
    return new ToolIndex(tools);
  });
  const source = catalog.open({
    id: 'many',
    kind: 'upstream',
    minLevel: 'public',
    invoke: () => ({ kind: 'data', value: {} }),
  });
  const publish = (first: number): void =>
    source.publish(Array.from({ length: count }, (_, at) => tool(`act_${first + at}`, `Does the act ${at}`)));
  publish(0);
  source.setState({ status: 'available' });
  const view = (): View | undefined => catalog.view('endpoint:work');
  const search = (text: string, level: Level = 'anchor') => {
    const own = view();
    return own && indexes.of(own, viewer(level)).search({ text, limit: 5 });
  };
  return { catalog, clock, events, source, publish, search, built };
}

test('10,000 tools are indexed once, when somebody searches first, and again when the catalog has changed', () => {
  const { search, built, publish, catalog } = searched(10_000);
  expect(built).toEqual([]);
  for (let turn = 0; turn < 20; turn++)
    expect(search(`act_${turn}`)?.hits[0]?.tool.name).toBe(`many__act_${turn}`);
  expect(built).toEqual([10_000]);
  search('act', 'public');
  expect(built).toEqual([10_000]);
  search('act', 'none');
  search('act', 'none');
  expect(built).toEqual([10_000, 0]);
  const before = catalog.generation();
  publish(10_000);
  expect(search('act_10000')?.hits[0]?.tool.name).toBe('many__act_10000');
  expect([built.length, catalog.generation()]).toEqual([3, before + 1]);
});

test('clients of a searched endpoint are not told when tools come and go; those of others are', () => {
  const { events, clock, publish, source } = searched(3);
  const heard: string[] = [];
  events.on(catalogChanged, ({ changes }) => {
    heard.push(changes.map(({ view, changed }) => `${view}: ${Object.keys(changed).join('+')}`).join(', '));
  });
  clock.advance(50);
  publish(5);
  clock.advance(50);
  source.setState({ status: 'unavailable', reason: 'it crashed' });
  clock.advance(50);
  const others = 'all: tool, upstream:many: tool, endpoint:full: tool';
  expect(heard).toEqual([others, others, others]);
  source.publish([{ kind: 'prompt', name: 'p', definition: { name: 'p' } }]);
  source.setState({ status: 'available' });
  clock.advance(50);
  expect(heard.at(-1)).toContain('endpoint:work: prompt');
});
