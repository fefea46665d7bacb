import type { JsonObject, Level, ViewName } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { makeCatalog, tools, viewer } from '../support/make-catalog.ts';

const { open, catalog } = makeCatalog({ work: { disclosure: 'search' }, full: {} });
open('a', tools('t'));
open('b', tools('owner'), { minLevel: 'anchor' });

const through = (name: string): JsonObject => ({ name: 'call_tool', arguments: { name } });

type Row = [what: string, view: ViewName, params: JsonObject, level: Level, name: string | undefined];

test.each<Row>([
  ['a tool itself', 'endpoint:work', { name: 'a__t' }, 'public', 'a__t'],
  ['the tool a call_tool names', 'endpoint:work', through('a__t'), 'public', 'a__t'],
  ['a tool behind call_tool for those who may', 'endpoint:work', through('b__owner'), 'anchor', 'b__owner'],
  ['none for those who may not', 'endpoint:work', through('b__owner'), 'trusted', undefined],
  ['none of a name that is not there', 'endpoint:work', through('absent'), 'anchor', undefined],
  ['call_tool itself when malformed', 'endpoint:work', { name: 'call_tool' }, 'public', 'call_tool'],
  ['none of call_tool where nothing is searched', 'endpoint:full', through('a__t'), 'anchor', undefined],
  ['none without a name', 'all', {}, 'anchor', undefined],
  ['none in a view that is not there', 'endpoint:absent', { name: 'a__t' }, 'anchor', undefined],
])('the tool of a call is %s', (...[, view, params, level, name]) => {
  expect(catalog.calledTool(view, params, viewer(level))?.['name']).toBe(name);
});
