import type { JsonObject } from '@signalbox/sdk';
import type { SpokenVersion } from '../../../apps/signalbox/src/reference/compatibility.ts';

/** The resource every scripted upstream has. */
export const noteUri = 'note://one';

/** What a scripted upstream offers, with everything its version knows; `added` are tools that came later. */
export function offerOf({ version, hasElicitation }: SpokenVersion, added: readonly string[]) {
  const names = ['echo', 'count', 'show', 'change', ...(hasElicitation ? ['ask'] : []), ...added];
  const who = { name: 'who', description: 'Whom', required: true };
  const note = { uri: noteUri, name: 'note', mimeType: 'text/plain', annotations: { priority: 1 } };
  return {
    tools: names.map((name) => toolOf(version, name)),
    resources: [{ ...note, ...shownSince(version) }],
    resourceTemplates: [{ uriTemplate: 'page://{number}', name: 'page', ...shownSince(version) }],
    prompts: [{ name: 'greet', description: 'Greets', arguments: [who], ...shownSince(version) }],
  };
}

/** What it declares; `completions` came with 2025-03-26 (changelog). */
export function capabilitiesOf(version: string): JsonObject {
  const listChanged = true;
  return {
    tools: { listChanged },
    resources: { listChanged },
    prompts: { listChanged },
    ...(version >= '2025-03-26' ? { completions: {} } : {}),
  };
}

/** One block of each kind the version has: sound came with 2025-03-26, links with 2025-06-18 (changelogs). */
export function blocksOf(version: string): JsonObject[] {
  return [
    { type: 'text', text: 'a text' },
    ...(version >= '2025-03-26' ? [{ type: 'audio', data: 'AA==', mimeType: 'audio/wav' }] : []),
    ...(version >= '2025-06-18' ? [{ type: 'resource_link', name: 'note', uri: noteUri }] : []),
  ];
}

function toolOf(version: string, name: string): JsonObject {
  const said = { type: 'object', properties: { said: { type: 'string' } }, required: ['said'] };
  return {
    name,
    description: `Does ${name}`,
    inputSchema: { type: 'object', properties: { said: { type: 'string' } } },
    ...(version >= '2025-03-26' ? { annotations: { readOnlyHint: name !== 'change' } } : {}),
    ...(version >= '2025-06-18' && name === 'echo' ? { outputSchema: said } : {}),
    ...shownSince(version),
  };
}

/** How an entry is shown to people: a title since 2025-06-18, icons since 2025-11-25 (changelogs). */
function shownSince(version: string): JsonObject {
  return {
    ...(version >= '2025-06-18' ? { title: 'A title' } : {}),
    ...(version >= '2025-11-25' ? { icons: [{ src: 'data:image/png;base64,AA==' }] } : {}),
  };
}
