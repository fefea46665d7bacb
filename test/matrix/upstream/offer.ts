import type { JsonObject } from '@signalbox/sdk';
import type { SpokenVersion } from '../../../apps/signalbox/src/reference/compatibility.ts';

/** The resource every scripted upstream has. */
export const noteUri = 'note://one';

/** What a scripted upstream offers, in the words of its version; `added` are tools that came later. */
export function offerOf({ version, hasElicitation }: SpokenVersion, added: readonly string[]) {
  const names = ['echo', 'count', 'change', ...(hasElicitation ? ['ask'] : []), ...added];
  return {
    tools: names.map((name) => toolOf(version, name)),
    resources: [{ uri: noteUri, name: 'note', mimeType: 'text/plain' }],
    resourceTemplates: [{ uriTemplate: 'page://{number}', name: 'page' }],
    prompts: [
      {
        name: 'greet',
        description: 'Greets',
        arguments: [{ name: 'who', description: 'Whom', required: true }],
      },
    ],
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

function toolOf(version: string, name: string): JsonObject {
  const said = { type: 'object', properties: { said: { type: 'string' } }, required: ['said'] };
  return {
    name,
    description: `Does ${name}`,
    inputSchema: { type: 'object', properties: { said: { type: 'string' } } },
    ...(version >= '2025-03-26' ? { annotations: { readOnlyHint: name !== 'change' } } : {}),
    ...(version >= '2025-06-18' ? { title: `Tool ${name}` } : {}),
    ...(version >= '2025-06-18' && name === 'echo' ? { outputSchema: said } : {}),
  };
}
