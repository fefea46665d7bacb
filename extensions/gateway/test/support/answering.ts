import type { SchemaVersion } from '@signalbox/protocol/schemas';
import type { Ask, CallChannels, JsonObject } from '@signalbox/sdk';

const answers: { readonly [method: string]: JsonObject } = {
  'elicitation/create': { action: 'accept', content: { name: 'ada' } },
  'sampling/createMessage': { role: 'assistant', model: 'm', content: { type: 'text', text: 'a' } },
  'roots/list': { roots: [{ uri: 'file:///work' }] },
};

const questions: { readonly [method: string]: JsonObject } = {
  'elicitation/create': { message: 'who?', requestedSchema: { type: 'object', properties: {} } },
  'sampling/createMessage': { messages: [], maxTokens: 5 },
  'roots/list': {},
  ping: {},
};

/** A caller that hears everything and answers every question. */
export const answering: CallChannels = {
  capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} },
  logLevel: 'debug',
  progress: () => undefined,
  log: () => undefined,
  ask: async ({ method }: Ask) => answers[method] ?? {},
};

/** Every question a server of a legacy version may ask; forms came with 2025-06-18 (changelog). */
export function questionsOf(version: SchemaVersion): readonly { method: string; params: JsonObject }[] {
  return Object.entries(questions).flatMap(([method, params]) =>
    method === 'elicitation/create' && version < '2025-06-18' ? [] : [{ method, params }],
  );
}
