import type { UpstreamInfo } from '@signalbox/sdk';
import type { Output } from './terminal/output.ts';
import { paint, paintOfState } from './terminal/paint.ts';
import type { ItemLook, ListLook } from './terminal/print-items.ts';

const loginWords = { connected: 'connected', needed: 'needed', needs_reconnect: 'needed again' } as const;

/** How a list of upstreams looks. */
export function upstreamListLook(output: Output): ListLook<UpstreamInfo> {
  return {
    columns: [
      { title: 'NAME', of: ({ name }) => name, isWhole: true },
      {
        title: 'STATE',
        of: ({ state }) => state,
        isWhole: true,
        paint: (cell, { state }) => paint(output, paintOfState(state), cell),
      },
      { title: 'TRANSPORT', of: ({ transport }) => transport ?? '', isWhole: true },
      { title: 'LOGIN', of: ({ login }) => (login ? loginWords[login] : ''), isWhole: true },
      { title: 'TOOLS', of: ({ tools }) => tools, isWhole: true, align: 'right' },
      {
        title: 'RESOURCES',
        of: ({ resources, templates }) => resources + templates,
        isWhole: true,
        align: 'right',
      },
      { title: 'PROMPTS', of: ({ prompts }) => prompts, isWhole: true, align: 'right' },
      { title: 'ADDRESS', of: ({ reason, address }) => reason ?? address },
    ],
    idOf: ({ name }) => name,
    empty:
      'no upstreams; add one with "signalbox server add" or take them over with "signalbox server import"',
  };
}

/** How one upstream looks. */
export const upstreamLook: ItemLook<UpstreamInfo> = {
  idOf: ({ name }) => name,
  lines: (upstream) => [
    ['name', upstream.name],
    ['title', upstream.title],
    ['state', upstream.reason === undefined ? upstream.state : `${upstream.state}: ${upstream.reason}`],
    ['your account', upstream.login && loginWords[upstream.login]],
    ['address', upstream.address],
    ['transport', upstream.transport],
    ['protocol', [upstream.era, upstream.protocolVersion].filter((part) => part !== undefined).join(', ')],
    [
      'calls itself',
      [upstream.serverName, upstream.serverVersion].filter((part) => part !== undefined).join(' '),
    ],
    ['tools', upstream.tools],
    ['resources', upstream.resources],
    ['templates', upstream.templates],
    ['prompts', upstream.prompts],
    ['defined in', upstream.origin === 'settings' ? 'signalbox.yaml' : 'the store'],
    ['pid', upstream.pid],
    ['restarts', upstream.restarts],
    ['connected', timeText(upstream.connectedAt)],
    ['next attempt', timeText(upstream.nextAttemptAt)],
  ],
};

function timeText(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}
