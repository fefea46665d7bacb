/** How messages travel, for clients and for upstreams alike. */
export type Transport = 'stdio' | 'http' | 'sse' | 'websocket';

/** A version of MCP and what it has, as far as versions differ in what the matrix tries. */
export interface SpokenVersion {
  readonly version: string;
  readonly era: 'legacy' | 'modern';
  /** What it is spoken over here. */
  readonly transports: readonly Transport[];
  /** Elicitation and structured output came with the same version. */
  readonly hasElicitation: boolean;
}

const old = ['stdio', 'http', 'sse', 'websocket'] as const;

/** Every version spoken, on both sides, oldest first. */
export const spokenVersions: readonly SpokenVersion[] = [
  {
    version: '2024-11-05',
    era: 'legacy',
    transports: ['stdio', 'sse', 'websocket'],
    hasElicitation: false,
  },
  { version: '2025-03-26', era: 'legacy', transports: old, hasElicitation: false },
  { version: '2025-06-18', era: 'legacy', transports: old, hasElicitation: true },
  { version: '2025-11-25', era: 'legacy', transports: old, hasElicitation: true },
  {
    version: '2026-07-28',
    era: 'modern',
    transports: ['stdio', 'http', 'websocket'],
    hasElicitation: true,
  },
];

/** One version over one transport. */
export interface SpokenWay {
  readonly spoken: SpokenVersion;
  readonly transport: Transport;
}

/** Every version over every transport it is spoken over: the rows and the columns of the matrix. */
export const spokenWays: readonly SpokenWay[] = spokenVersions.flatMap((spoken) =>
  spoken.transports.map((transport) => ({ spoken, transport })),
);

/** What each cell of the matrix does. */
export const features = [
  'tool call',
  'resource read',
  'prompt',
  'completion',
  'progress',
  'elicitation',
  'list change',
] as const;

/** One of the things each cell does. */
export type Feature = (typeof features)[number];

/** Why a feature cannot be had between two versions, or a version not over a transport. */
export interface Impossibility {
  readonly mark: string;
  readonly what: string;
  /** What happens instead. */
  readonly instead: string;
  /** The page of the specification that says so. */
  readonly page: string;
}

/** Features that one of two versions does not have. */
export const impossibleFeatures = {
  upstreamHasNoElicitation: {
    mark: 'a',
    what: 'An upstream of 2024-11-05 or 2025-03-26 cannot ask: elicitation came with 2025-06-18',
    instead: 'there is nothing to carry, and everything else works',
    page: '2025-06-18/changelog',
  },
  clientHasNoElicitation: {
    mark: 'b',
    what: 'A client of 2024-11-05 or 2025-03-26 cannot be asked: elicitation came with 2025-06-18',
    instead:
      'a legacy upstream gets the error -32601 for its question and ends its call as it likes; a modern one sees that the caller has not declared it, and the client gets the error -32021',
    page: '2025-06-18/changelog',
  },
} as const satisfies Record<string, Impossibility>;

/** Versions that are not spoken over a transport. */
export const impossibleTransports: readonly Impossibility[] = [
  {
    mark: 'c',
    what: '2024-11-05 has no Streamable HTTP: it came with 2025-03-26',
    instead: 'HTTP+SSE at `/sse`',
    page: '2025-03-26/changelog',
  },
  {
    mark: 'd',
    what: '2026-07-28 is not spoken over HTTP+SSE, which is the transport of 2024-11-05 and needs a session',
    instead: 'a message with an envelope is refused there with the address of `/mcp`',
    page: '2026-07-28/basic/transports/streamable-http',
  },
];

/** Why a feature is impossible between a client and an upstream; undefined where it works. */
export function impossibilityOf(
  client: SpokenVersion,
  upstream: SpokenVersion,
  feature: Feature,
): Impossibility | undefined {
  if (feature !== 'elicitation') return undefined;
  if (!upstream.hasElicitation) return impossibleFeatures.upstreamHasNoElicitation;
  return client.hasElicitation ? undefined : impossibleFeatures.clientHasNoElicitation;
}
