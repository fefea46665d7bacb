import { levels } from '@signalbox/sdk';
import { z } from 'zod';
import { jsonObject } from './json-schema.ts';
import { pageOf, pageQuery } from './page.ts';
import { describeRoute } from './route-description.ts';
import { viewName } from './view-name.ts';

/** One entry of the catalog with its identity and state. */
const catalogEntry = z
  .object({
    name: z.string().describe('Name in the view; for a resource its URI, for a template its URI template'),
    source: z.string().describe('The upstream or extension it comes from'),
    originalName: z.string().describe('The name its source gave it'),
    title: z.string().optional(),
    description: z.string().optional(),
    minLevel: z.enum(levels).describe('Lowest permission level that may use it'),
    state: z.enum(['available', 'connecting', 'unavailable']),
    reason: z.string().optional().describe('Why it is not available'),
  })
  .meta({ id: 'CatalogEntry' });

/** One entry of the catalog. */
export type CatalogEntry = z.output<typeof catalogEntry>;

/** One entry of the catalog with its full MCP definition. */
const catalogEntryDetail = catalogEntry.extend({ definition: jsonObject }).meta({ id: 'CatalogEntryDetail' });

/** One entry of the catalog with its full MCP definition. */
export type CatalogEntryDetail = z.output<typeof catalogEntryDetail>;

const view = { view: viewName.default('all') };
const query = z.object({
  ...view,
  source: z.string().min(1).max(200).optional().describe('Only what this upstream or extension offers'),
  search: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('Words that must all occur in name, title or description'),
  ...pageQuery,
});
const params = z.object({ name: z.string().min(1).max(8192) });
const answer = pageOf(catalogEntry).meta({ id: 'CatalogPage' });
const common = {
  method: 'GET',
  tag: 'catalog',
  access: 'principal',
  minLevel: 'trusted',
  permission: 'registry:read',
} as const;

/** Lists the tools, by name. */
export const listTools = describeRoute({
  ...common,
  path: '/api/v1/tools',
  id: 'listTools',
  summary: 'List the tools of the whole catalog or of one view',
  query,
  answer,
});

/** Shows one tool with its schemas. */
export const getTool = describeRoute({
  ...common,
  path: '/api/v1/tools/{name}',
  id: 'getTool',
  summary: 'Show one tool with its full definition',
  params,
  query: z.object(view),
  answer: catalogEntryDetail,
});

/** Lists the resources, by URI. */
export const listResources = describeRoute({
  ...common,
  path: '/api/v1/resources',
  id: 'listResources',
  summary: 'List the resources of the whole catalog or of one view',
  query,
  answer,
});

/** Shows one resource; its URI goes percent-encoded into the path. */
export const getResource = describeRoute({
  ...common,
  path: '/api/v1/resources/{name}',
  id: 'getResource',
  summary: 'Show one resource with its full definition; the URI is percent-encoded',
  params,
  query: z.object(view),
  answer: catalogEntryDetail,
});

/** Lists the resource templates, by URI template. */
export const listTemplates = describeRoute({
  ...common,
  path: '/api/v1/templates',
  id: 'listTemplates',
  summary: 'List the resource templates of the whole catalog or of one view',
  query,
  answer,
});

/** Shows one resource template; its URI template goes percent-encoded into the path. */
export const getTemplate = describeRoute({
  ...common,
  path: '/api/v1/templates/{name}',
  id: 'getTemplate',
  summary: 'Show one resource template with its full definition; the URI template is percent-encoded',
  params,
  query: z.object(view),
  answer: catalogEntryDetail,
});

/** Lists the prompts, by name. */
export const listPrompts = describeRoute({
  ...common,
  path: '/api/v1/prompts',
  id: 'listPrompts',
  summary: 'List the prompts of the whole catalog or of one view',
  query,
  answer,
});

/** Shows one prompt with its arguments. */
export const getPrompt = describeRoute({
  ...common,
  path: '/api/v1/prompts/{name}',
  id: 'getPrompt',
  summary: 'Show one prompt with its full definition',
  params,
  query: z.object(view),
  answer: catalogEntryDetail,
});
