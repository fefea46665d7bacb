import { impossibilityOf, type SpokenVersion } from '../../apps/signalbox/src/reference/compatibility.ts';
import type { Visit } from './visit.ts';

/** What a visit must have come to, in the words of the older of the two versions. */
export function expectedOf({ client, upstream, names, name }: Visit): { readonly [what: string]: unknown } {
  const { spoken } = client;
  const isModern = spoken.era === 'modern';
  const marks = isModern ? ['cacheScope', 'resultType', 'ttlMs'] : [];
  const blocks = blocksFor(spoken, upstream, names.resourceUri);
  const tools = [...(upstream.hasElicitation ? ['ask'] : []), 'change', 'count', 'echo', 'show'];
  return {
    lists: { ...membersFor(spoken, upstream), names: tools.map(names.named), marks: [marks, marks, marks] },
    'tool call': {
      text: `${upstream.version} heard hello`,
      structured: isKnown('2025-06-18', spoken, upstream) ? { said: 'hello' } : undefined,
      marks: isModern ? ['resultType'] : [],
    },
    'content of a tool': blocks,
    'resource read': [
      { uri: names.resourceUri, text: 'content of note://one', marks },
      { uri: names.shownPageUri, text: 'content of page://7', marks },
    ],
    prompt: ['Greet Ada', ...blocks],
    completion: ['who: Ada', ...(isKnown('2025-06-18', spoken, upstream) ? ['warm'] : [])],
    progress: [1, 2, 3].map((progress) => ({
      progress,
      total: 3,
      ...(isKnown('2025-03-26', spoken, upstream) ? { message: 'counting' } : {}),
    })),
    elicitation: elicitationFor(spoken, upstream, name),
  };
}

/** True for what came with a version and both sides know. */
function isKnown(since: string, client: SpokenVersion, upstream: SpokenVersion): boolean {
  return client.version >= since && upstream.version >= since;
}

/** The members of a tool, a resource and a prompt that not every version knows. */
function membersFor(client: SpokenVersion, upstream: SpokenVersion) {
  const since = (version: string, ...members: string[]): string[] =>
    isKnown(version, client, upstream) ? members : [];
  const shown = [...since('2025-06-18', 'title'), ...since('2025-11-25', 'icons')];
  const echo = [
    ...since('2025-03-26', 'annotations'),
    ...since('2025-06-18', 'title', 'outputSchema'),
    ...since('2025-11-25', 'icons'),
  ];
  // Resources have had annotations from the beginning.
  return { echo, note: ['annotations', ...shown], greet: shown };
}

/** Blocks of a kind the client does not know come as text. */
function blocksFor(client: SpokenVersion, upstream: SpokenVersion, noteUri: string): string[] {
  const audio = client.version >= '2025-03-26' ? 'audio' : '[audio, audio/wav]';
  const link = client.version >= '2025-06-18' ? `resource_link ${noteUri}` : `note ${noteUri}`;
  return [
    'a text',
    ...(upstream.version >= '2025-03-26' ? [audio] : []),
    ...(upstream.version >= '2025-06-18' ? [link] : []),
  ];
}

function elicitationFor(client: SpokenVersion, upstream: SpokenVersion, name: string): unknown {
  if (!impossibilityOf(client, upstream, 'elicitation')) return { action: 'accept', content: { name } };
  if (!upstream.hasElicitation) return 'there is no such tool';
  return upstream.era === 'modern'
    ? { error: -32021, needs: { elicitation: { form: {} } } }
    : { toolError: -32601 };
}
