import { upstreamName } from '@signalbox/sdk';
import { z } from 'zod';
import { describeRoute } from './route-description.ts';

const params = z.object({ name: upstreamName });

const accountState = z
  .object({
    state: z
      .enum(['connected', 'none', 'needs_reconnect'])
      .describe('needs_reconnect: it was connected, and the upstream does not take it any more'),
    scopes: z.array(z.string()).describe('Scopes that were asked for'),
    missing: z
      .array(z.string())
      .describe('Scopes the upstream has asked for since; connect again to allow them'),
    server: z.string().optional().describe('Host of the authorization server'),
    changedAt: z.int().optional().describe('UTC milliseconds'),
  })
  .meta({ id: 'UpstreamAccountState' });

/** How an account at an upstream is. */
export type UpstreamAccountState = z.output<typeof accountState>;

const link = z
  .object({
    url: z.string().describe('Page of the hub for the browser of this person: ten minutes, once'),
  })
  .meta({ id: 'UpstreamLogin' });

/** Tells how the caller's own account and that of the organization are. */
export const getUpstreamAccounts = describeRoute({
  method: 'GET',
  path: '/api/v1/upstreams/{name}/accounts',
  id: 'getUpstreamAccounts',
  summary: 'How the caller’s own account at an upstream is, and that of the organization',
  tag: 'upstreams',
  access: 'principal',
  minLevel: 'trusted',
  params,
  answer: z.object({ own: accountState, organization: accountState }).meta({ id: 'UpstreamAccounts' }),
});

/** Begins to connect the caller's own account. */
export const connectUpstream = describeRoute({
  method: 'POST',
  path: '/api/v1/upstreams/{name}/login',
  id: 'connectUpstream',
  summary: 'Begin to connect the caller’s own account at an upstream; the link goes on in their browser',
  tag: 'upstreams',
  access: 'principal',
  minLevel: 'trusted',
  permission: 'accounts:write',
  params,
  answer: link,
  status: 201,
});

/** Forgets the caller's own account. */
export const disconnectUpstream = describeRoute({
  method: 'DELETE',
  path: '/api/v1/upstreams/{name}/login',
  id: 'disconnectUpstream',
  effect: 'less',
  summary: 'Forget the caller’s own account at an upstream, and end it there where that is possible',
  tag: 'upstreams',
  access: 'principal',
  minLevel: 'trusted',
  permission: 'accounts:write',
  params,
  answer: accountState,
});

/** Begins to connect the account everybody in the organization uses. */
export const connectUpstreamForOrganization = describeRoute({
  method: 'POST',
  path: '/api/v1/upstreams/{name}/organization/login',
  id: 'connectUpstreamForOrganization',
  summary: 'Begin to connect the account of the organization at an upstream',
  tag: 'upstreams',
  access: 'principal',
  minLevel: 'anchor',
  permission: 'registry:manage',
  params,
  answer: link,
  status: 201,
});

/** Forgets the account everybody in the organization uses. */
export const disconnectUpstreamForOrganization = describeRoute({
  method: 'DELETE',
  path: '/api/v1/upstreams/{name}/organization/login',
  id: 'disconnectUpstreamForOrganization',
  effect: 'less',
  summary: 'Forget the account of the organization at an upstream, and end it there where that is possible',
  tag: 'upstreams',
  access: 'principal',
  minLevel: 'anchor',
  permission: 'registry:manage',
  params,
  answer: accountState,
});
