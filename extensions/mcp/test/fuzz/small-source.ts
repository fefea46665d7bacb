import type { McpHub } from '../support/start-mcp-hub.ts';
import { data, text, tools } from '../support/workshop.ts';

/** Opens a source with one of each kind that answers at once. */
export function openSmallSource(hub: McpHub): void {
  const entries = [
    ...tools('t'),
    { kind: 'resource', name: 'x://1', definition: { uri: 'x://1', name: 'x' } },
    { kind: 'prompt', name: 'p', definition: { name: 'p' } },
  ] as const;
  hub.shop.open('a', entries, ({ request }) => {
    request.channels?.progress?.({ progress: 1 });
    return request.kind === 'tool' ? text('ok') : data({});
  });
}
