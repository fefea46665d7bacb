import { upstreamDefinition, upstreamName } from '@signalbox/sdk';
import { z } from 'zod';

/** The section `gateway` of signalbox.yaml. */
export const gatewaySettings = z.strictObject({
  upstreams: z
    .record(upstreamName, upstreamDefinition)
    .default({})
    .describe('MCP servers whose tools, resources and prompts are offered, by name'),
  maxToolsPerUpstream: z
    .int()
    .min(1)
    .max(100_000)
    .default(2_000)
    .describe('Tools taken from one upstream; of resources and prompts ten times as many'),
  maxListPages: z.int().min(1).max(100_000).default(1_000).describe('Pages read of one list'),
});

/** The gateway's settings with their defaults. */
export type GatewaySettings = z.output<typeof gatewaySettings>;
