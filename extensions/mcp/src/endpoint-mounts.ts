import { type Mount, type MountContext, SignalboxError, type ViewName } from '@signalbox/sdk';
import { type EndpointParts, handleMcp } from './http/handle-mcp.ts';
import { openSse, postSse } from './sse/handle-sse.ts';
import type { SseSessions } from './sse/sse-sessions.ts';
import type { Sockets } from './streams/sockets.ts';

/** What the endpoints are served with. */
export interface EndpointWays {
  readonly parts: EndpointParts;
  readonly sse: SseSessions;
  readonly sockets: Sockets;
}

/** What a path below a view leads to. */
type Leaf = 'mcp' | 'sse' | 'messages';

/** `/mcp` is everything, `/e/NAME/mcp` a named endpoint, `/u/NAME/mcp` one upstream as it is; `/sse` and `/messages` beside each. */
export function endpointMounts(ways: EndpointWays): Mount[] {
  const all = (leaf: Leaf): Mount => makeMount(ways, `/${leaf}`, () => ({ view: 'all', leaf, base: '' }));
  return [
    all('mcp'),
    all('sse'),
    all('messages'),
    makeMount(ways, '/e/', (context) => findPlace(ways, 'endpoint', context)),
    makeMount(ways, '/u/', (context) => findPlace(ways, 'upstream', context)),
  ];
}

interface Place {
  readonly view: ViewName;
  readonly leaf: Leaf;
  /** The path before the leaf, without a slash at its end. */
  readonly base: string;
}

function makeMount(ways: EndpointWays, path: string, placeOf: (context: MountContext) => Place): Mount {
  const { parts, sse, sockets } = ways;
  const sseParts = { sse, settings: parts.settings };
  return {
    path,
    access: 'principal',
    // The other transports lead to the same thing, and a token is for the thing.
    resource: (requested) => requested.replace(/\/(?:sse|messages)$/, '/mcp'),
    handle: (request, response, context) => {
      const { view, leaf, base } = placeOf(context);
      const exchange = { request, response, view, context };
      switch (leaf) {
        case 'mcp':
          return handleMcp(parts, exchange);
        case 'sse':
          return openSse(sseParts, exchange, `${base}/messages`);
        case 'messages':
          return postSse(sseParts, exchange);
        default:
          return leaf satisfies never;
      }
    },
    upgradeTo: 'websocket',
    upgrade: (request, socket, context) => {
      const { view, leaf } = placeOf(context);
      if (leaf !== 'mcp')
        throw new SignalboxError('not_found', `there is no WebSocket at this path; use /mcp`);
      sockets.accept(request, socket, { view, context });
    },
  };
}

function findPlace(
  { parts: { catalog } }: EndpointWays,
  kind: 'endpoint' | 'upstream',
  { rest }: MountContext,
): Place {
  const letter = kind === 'endpoint' ? 'e' : 'u';
  const [, name, leaf] = /^([a-z0-9-]{1,32})\/(mcp|sse|messages)$/.exec(rest) ?? [];
  const view: ViewName | undefined = name === undefined ? undefined : `${kind}:${name}`;
  if (view !== undefined && isLeaf(leaf) && catalog.views().includes(view))
    return { view, leaf, base: `/${letter}/${name}` };
  throw new SignalboxError('not_found', `there is no ${kind} at /${letter}/${rest.slice(0, 100)}`);
}

function isLeaf(text: string | undefined): text is Leaf {
  return text === 'mcp' || text === 'sse' || text === 'messages';
}
