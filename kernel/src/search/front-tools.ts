import type { JsonObject } from '@signalbox/sdk';

/** The names of the three tools an endpoint with `disclosure: search` shows; no other tool has one of them there. */
export const frontNames = { search: 'search_tools', describe: 'describe_tool', call: 'call_tool' } as const;

/** Most tools one search answers with, unless it asks for fewer or more. */
export const defaultLimit = 10;

const name = { type: 'string', minLength: 1, description: 'Name of the tool, as search_tools gives it' };
const readOnly = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };

/** The definitions of the three; they never change, so the list of the endpoint never does. */
export const frontTools: readonly (JsonObject & { readonly name: string })[] = [
  {
    name: frontNames.call,
    title: 'Call a tool',
    description:
      'Calls a tool found with search_tools. Its arguments go into "arguments" and must fit the inputSchema that describe_tool shows. The result is that of the tool.',
    inputSchema: {
      type: 'object',
      properties: { name, arguments: { type: 'object', description: 'Arguments of the tool' } },
      required: ['name'],
      additionalProperties: false,
    },
  },
  {
    name: frontNames.describe,
    title: 'Describe a tool',
    description:
      'Shows the whole definition of one tool, with the schema of its arguments. Do so before call_tool.',
    inputSchema: { type: 'object', properties: { name }, required: ['name'], additionalProperties: false },
    outputSchema: {
      type: 'object',
      properties: { name: { type: 'string' }, inputSchema: { type: 'object' } },
      required: ['name'],
    },
    annotations: readOnly,
  },
  {
    name: frontNames.search,
    title: 'Search tools',
    description:
      'Finds tools by what they do. There are many more tools than these three: search in a few English words, such as "create issue" or "read file", or by the name of a service.',
    inputSchema: {
      type: 'object',
      properties: {
        query: {
          type: 'string',
          minLength: 1,
          maxLength: 1_000,
          description: 'What the tool should do, or its name; the first 64 different words count',
        },
        limit: {
          type: 'integer',
          minimum: 1,
          maximum: 50,
          default: defaultLimit,
          description: 'Most tools in the answer',
        },
        upstream: {
          type: 'string',
          minLength: 1,
          maxLength: 64,
          description: 'Only tools of this upstream',
        },
      },
      required: ['query'],
      additionalProperties: false,
    },
    outputSchema: {
      type: 'object',
      properties: {
        tools: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              name: { type: 'string' },
              title: { type: 'string' },
              description: { type: 'string' },
              upstream: { type: 'string' },
              score: { type: 'number' },
            },
            required: ['name', 'description', 'upstream', 'score'],
          },
        },
        total: { type: 'integer', description: 'How many tools fit the query altogether' },
      },
      required: ['tools', 'total'],
    },
    annotations: readOnly,
  },
];
