import {
  type CallResult,
  type Invocation,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Viewer,
  type ViewName,
} from '@signalbox/sdk';
import type { Access } from '../access/access.ts';
import { isListed } from '../call/authorize.ts';
import { notFound } from '../call/resolve.ts';
import { Source } from '../catalog/source.ts';
import type { View, ViewEntry } from '../catalog/view.ts';
import { defaultLimit, frontNames, frontTools } from './front-tools.ts';
import type { SearchableTool } from './tool-document.ts';
import type { ToolHits } from './tool-index.ts';
import { ToolIndexes } from './tool-indexes.ts';

const maxDescription = 200;

/**
 * The three tools in front of an endpoint with `disclosure: search`, as entries of its view. Anybody who reaches the
 * endpoint may use them: they show, and lead to, what the caller may use anyway.
 */
export function searchFront(
  access: Access,
  viewOf: (name: ViewName) => View | undefined,
): readonly ViewEntry[] {
  const search = { access, viewOf, indexes: new ToolIndexes(access) };
  const source = new Source(
    {
      // No source of the catalog can have a colon in its id.
      id: 'hub:search',
      kind: 'extension',
      minLevel: 'none',
      invoke: (invocation) => answer(invocation, search),
    },
    () => undefined,
  );
  source.setState({ status: 'available' });
  source.publish(frontTools.map((definition) => ({ kind: 'tool', name: definition.name, definition })));
  return source.entries.map((entry) => ({
    entry,
    publicName: entry.originalName,
    definition: entry.definition,
  }));
}

interface SearchParts {
  readonly access: Access;
  readonly viewOf: (name: ViewName) => View | undefined;
  readonly indexes: ToolIndexes;
}

/** Carries out a search or a look. Errors: `not_found` for a tool that is not there for the caller. */
function answer({ request, originalName }: Invocation, { access, viewOf, indexes }: SearchParts): CallResult {
  const view = viewOf(request.view);
  if (!view) throw notFound(request);
  const given = request.params['arguments'];
  const args = isJsonObject(given) ? given : {};
  if (originalName === frontNames.search) return found(indexes.of(view, request).search(toQuery(args)));
  if (originalName === frontNames.describe) {
    const tool = visibleTool(access, view, request, textOf(args['name']));
    if (!tool) throw notFound({ ...request, target: textOf(args['name']) });
    return result(tool.definition, JSON.stringify(tool.definition));
  }
  // A call of the tool it names never comes here; what is left is a call_tool of itself.
  throw notFound({ ...request, target: textOf(args['name']) });
}

function visibleTool(access: Access, view: View, viewer: Viewer, name: string): ViewEntry | undefined {
  const tool = view.callableTool(name);
  return tool && isListed(access, tool.entry, viewer) ? tool : undefined;
}

/** The gate has held the arguments against the schema. */
function toQuery({ query, limit, upstream }: JsonObject): { text: string; limit: number; source?: string } {
  return {
    text: textOf(query),
    limit: typeof limit === 'number' ? limit : defaultLimit,
    ...(typeof upstream === 'string' ? { source: upstream } : {}),
  };
}

function found({ hits, total }: ToolHits<SearchableTool>): CallResult {
  const tools = hits.map(({ tool, score }) => {
    const { title } = tool.definition;
    return {
      name: tool.name,
      ...(typeof title === 'string' ? { title } : {}),
      description: shortened(textOf(tool.definition['description'])),
      upstream: tool.source,
      score: Math.round(score * 1000) / 1000,
    };
  });
  const lines = tools.map(({ name, description }) => (description === '' ? name : `${name}: ${description}`));
  const head =
    total === 0
      ? 'No tool fits; try other words, or fewer.'
      : `${tools.length} of ${total} tools that fit, best first; describe_tool shows one, call_tool calls it.`;
  return result({ tools, total }, [head, ...lines].join('\n'));
}

function result(structuredContent: JsonObject, text: string): CallResult {
  return { kind: 'data', value: { content: [{ type: 'text', text }], structuredContent } };
}

/** The beginning of a text in one line; a character of two halves is not cut in the middle. */
function shortened(text: string): string {
  const characters = Array.from(
    text
      .slice(0, 20 * maxDescription)
      .replace(/\s+/g, ' ')
      .trim(),
  );
  return characters.length <= maxDescription
    ? characters.join('')
    : `${characters
        .slice(0, maxDescription - 1)
        .join('')
        .trimEnd()}…`;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
