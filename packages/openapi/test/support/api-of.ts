import type { JsonObject } from '@signalbox/sdk';
import { type OpenApiTool, openDocument, toTools } from '../../src/index.ts';

/** The only tool of a document with one operation. */
export function toolOf(
  operation: JsonObject,
  options: { path?: string; method?: string; rest?: JsonObject } = {},
): OpenApiTool {
  const { path = '/things', method = 'get', rest = {} } = options;
  const root = {
    openapi: '3.0.3',
    info: { title: 'T', version: '1' },
    paths: { [path]: { [method]: { responses: {}, ...operation } } },
    ...rest,
  };
  const [tool] = toTools(openDocument(root));
  if (!tool) throw new Error('the document gave no tool');
  return tool;
}
