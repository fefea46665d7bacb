import {
  upstreamDefinition,
  upstreamInfo,
  upstreamLogLine,
  upstreamName,
  upstreamTestStep,
} from '@signalbox/sdk';
import { z } from 'zod';
import { pageOf, pageQuery } from './page.ts';
import { describeRoute } from './route-description.ts';

const params = z.object({ name: upstreamName });

/** Lists the upstreams, by name. */
export const listUpstreams = describeRoute({
  method: 'GET',
  path: '/api/v1/upstreams',
  id: 'listUpstreams',
  summary: 'List the upstreams with their state',
  tag: 'upstreams',
  access: 'principal',
  minLevel: 'trusted',
  permission: 'registry:read',
  query: z.object(pageQuery),
  answer: pageOf(upstreamInfo).meta({ id: 'UpstreamPage' }),
});

/** Adds an upstream; it connects in the background. */
export const addUpstream = describeRoute({
  method: 'POST',
  path: '/api/v1/upstreams',
  id: 'addUpstream',
  summary: 'Add an upstream; it connects in the background',
  tag: 'upstreams',
  access: 'principal',
  minLevel: 'anchor',
  permission: 'registry:manage',
  body: z.strictObject({ name: upstreamName, definition: upstreamDefinition }),
  answer: upstreamInfo,
  status: 201,
});

/** Shows one upstream. */
export const getUpstream = describeRoute({
  method: 'GET',
  path: '/api/v1/upstreams/{name}',
  id: 'getUpstream',
  summary: 'Show one upstream',
  tag: 'upstreams',
  access: 'principal',
  minLevel: 'trusted',
  permission: 'registry:read',
  params,
  answer: upstreamInfo,
});

/** Removes an upstream that was added through this API. */
export const removeUpstream = describeRoute({
  method: 'DELETE',
  path: '/api/v1/upstreams/{name}',
  id: 'removeUpstream',
  effect: 'less',
  summary: 'Remove an upstream; one from signalbox.yaml is removed in the file',
  tag: 'upstreams',
  access: 'principal',
  minLevel: 'anchor',
  permission: 'registry:manage',
  params,
  answer: z.object({ name: upstreamName }).meta({ id: 'RemovedUpstream' }),
});

/** Drops the connection of an upstream and connects again at once. */
export const restartUpstream = describeRoute({
  method: 'POST',
  path: '/api/v1/upstreams/{name}/restart',
  id: 'restartUpstream',
  effect: 'less',
  summary: 'Drop the connection and connect again at once',
  tag: 'upstreams',
  access: 'principal',
  minLevel: 'anchor',
  permission: 'registry:manage',
  params,
  answer: upstreamInfo,
});

/** Reads the last lines an upstream wrote. */
export const getUpstreamLogs = describeRoute({
  method: 'GET',
  path: '/api/v1/upstreams/{name}/logs',
  id: 'getUpstreamLogs',
  summary: 'The last lines it wrote to standard error, and what the hub noted about it',
  tag: 'upstreams',
  access: 'principal',
  minLevel: 'anchor',
  permission: 'registry:manage',
  params,
  query: z.object({
    limit: z.coerce.number<number>().int().min(1).max(1000).default(100).describe('Most lines, newest last'),
  }),
  answer: z.object({ items: z.array(upstreamLogLine) }).meta({ id: 'UpstreamLog' }),
});

/** Connects to an upstream beside the running connection and reports step by step. */
export const testUpstream = describeRoute({
  method: 'POST',
  path: '/api/v1/upstreams/{name}/test',
  id: 'testUpstream',
  effect: 'less',
  summary: 'Connect beside the running connection and report step by step',
  tag: 'upstreams',
  access: 'principal',
  minLevel: 'anchor',
  permission: 'registry:manage',
  params,
  answer: z.object({ ok: z.boolean(), steps: z.array(upstreamTestStep) }).meta({ id: 'UpstreamTest' }),
});
