import type { CatalogEntryDetail } from '@signalbox/api';
import { isJsonObject, type JsonObject, type JsonValue, type ViewName } from '@signalbox/sdk';
import type { Command } from 'commander';
import { examples, type Run } from '../command.ts';
import { readView } from '../read-option.ts';
import { type ItemLook, printItem } from '../terminal/print-items.ts';

/** `tool show`: shows one tool with its arguments. */
export function addToolShow(group: Command, run: Run): void {
  group
    .command('show <name>')
    .description('show one tool with its arguments; -o json gives the full definition')
    .option('--view <view>', 'as this view shows it: all, endpoint:NAME or upstream:NAME', readView)
    .addHelpText(
      'after',
      examples([
        'signalbox tool show filesystem__read_file',
        'signalbox tool show filesystem__read_file -o json',
      ]),
    )
    .action((name: string, { view }: { view?: ViewName }, command: Command) =>
      run(command, async (context) => {
        const { getTool } = await import('@signalbox/api');
        const client = await context.connect();
        const tool = await client.request(getTool, { params: { name }, query: { view } }, context);
        printItem(context.output, context.format, tool, toolLook);
      }),
    );
}

const toolLook: ItemLook<CatalogEntryDetail> = {
  idOf: ({ name }) => name,
  lines: (tool) => [
    ['name', tool.name],
    ['title', tool.title],
    ['source', `${tool.source} (there "${tool.originalName}")`],
    ['state', tool.reason === undefined ? tool.state : `${tool.state}: ${tool.reason}`],
    ['level', tool.minLevel],
    ['about', tool.description],
    ['arguments', argumentLines(tool.definition['inputSchema'])],
    ['call', `signalbox tool call ${tool.name}${requiredWords(tool.definition['inputSchema'])}`],
  ],
};

function argumentLines(schema: JsonValue | undefined): string {
  if (!isJsonObject(schema) || !isJsonObject(schema['properties'])) return 'none';
  const lines = Object.entries(schema['properties']).map(([name, property]) => {
    const about =
      isJsonObject(property) && typeof property['description'] === 'string'
        ? `  ${property['description']}`
        : '';
    return `${name}: ${isJsonObject(property) ? typeText(property) : 'any'}${isRequired(schema, name) ? ', required' : ''}${about}`;
  });
  return lines.length === 0 ? 'none' : lines.join('\n');
}

function typeText(property: JsonObject): string {
  if (Array.isArray(property['enum']))
    return property['enum'].map((choice) => JSON.stringify(choice)).join(' | ');
  const types = [property['type']].flat().filter((type) => typeof type === 'string');
  return types.length === 0 ? 'any' : types.join(' | ');
}

function isRequired(schema: JsonObject, name: string): boolean {
  return Array.isArray(schema['required']) && schema['required'].includes(name);
}

function requiredWords(schema: JsonValue | undefined): string {
  if (!isJsonObject(schema) || !Array.isArray(schema['required'])) return '';
  return schema['required'].map((name) => (typeof name === 'string' ? ` ${name}=…` : '')).join('');
}
