import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { impossibilityOf, type SpokenVersion } from '../../apps/signalbox/src/reference/compatibility.ts';
import { RpcFailure } from './client/exchange.ts';
import type { ScriptedClient } from './client/scripted-client.ts';
import { objectOf, textOf } from './message.ts';

/** How an upstream's entries are named where the client came in. */
export interface Names {
  /** A tool or prompt. */
  readonly named: (name: string) => string;
  readonly resourceUri: string;
  readonly pageUri: string;
  /** The URI a page has in its result. */
  readonly shownPageUri: string;
}

/** One client at one upstream. */
export interface Visit {
  readonly client: ScriptedClient;
  readonly upstream: SpokenVersion;
  readonly names: Names;
  /** What the client answers when it is asked for a name. */
  readonly name: string;
}

/** Does everything a cell does but the change of a list; gives what came of it, in words that say the versions. */
export async function visit(each: Visit): Promise<{ readonly [what: string]: unknown }> {
  return {
    tools: await listTools(each),
    'tool call': await callEcho(each),
    'resource read': await readBoth(each),
    prompt: await getPrompt(each),
    completion: await complete(each),
    progress: await count(each),
    elicitation: await ask(each),
  };
}

/** What a visit must have come to. */
export function expectedOf({ client, upstream, names, name }: Visit): { readonly [what: string]: unknown } {
  const { spoken } = client;
  const isStructured = spoken.hasElicitation && upstream.hasElicitation;
  const marks = spoken.era === 'modern' ? ['cacheScope', 'resultType', 'ttlMs'] : [];
  const tools = [...(upstream.hasElicitation ? ['ask'] : []), 'change', 'count', 'echo'];
  return {
    tools: { names: tools.map(names.named), hasOutputSchema: isStructured, hasTitle: isStructured, marks },
    'tool call': {
      text: `${upstream.version} heard hello`,
      structured: isStructured ? { said: 'hello' } : undefined,
      marks: marks.filter((mark) => mark === 'resultType'),
    },
    'resource read': [
      { uri: names.resourceUri, text: 'content of note://one', marks },
      { uri: names.shownPageUri, text: 'content of page://7', marks },
    ],
    prompt: 'Greet Ada',
    completion: ['who: Ada'],
    progress: [1, 2, 3],
    elicitation: elicitationOf(spoken, upstream, name),
  };
}

function elicitationOf(client: SpokenVersion, upstream: SpokenVersion, name: string): unknown {
  const impossibility = impossibilityOf(client, upstream, 'elicitation');
  if (!impossibility) return { action: 'accept', content: { name } };
  if (!upstream.hasElicitation) return 'there is no such tool';
  return upstream.era === 'modern'
    ? { error: -32021, needs: { elicitation: { form: {} } } }
    : { toolError: -32601 };
}

async function listTools({ client, names }: Visit): Promise<unknown> {
  const result = await client.request('tools/list');
  const tools = listOf(result['tools']);
  const own = tools.filter(({ name }) => textOf(name).startsWith(names.named('')));
  const echo = own.find(({ name }) => name === names.named('echo')) ?? {};
  return {
    // Those that were added for the change of the list are not among them.
    names: own.map(({ name }) => textOf(name)).filter((name) => !name.includes('late-')),
    hasOutputSchema: 'outputSchema' in echo,
    hasTitle: 'title' in echo,
    marks: marksOf(result),
  };
}

async function callEcho({ client, names }: Visit): Promise<unknown> {
  const result = await client.request('tools/call', {
    name: names.named('echo'),
    arguments: { said: 'hello' },
  });
  return { text: firstText(result), structured: result['structuredContent'], marks: marksOf(result) };
}

async function readBoth({ client, names }: Visit): Promise<unknown> {
  const uris = [names.resourceUri, names.pageUri];
  const results = await Promise.all(uris.map((uri) => client.request('resources/read', { uri })));
  return results.map((result) => {
    const [content = {}] = listOf(result['contents']);
    return { uri: content['uri'], text: content['text'], marks: marksOf(result) };
  });
}

async function getPrompt({ client, names }: Visit): Promise<unknown> {
  const result = await client.request('prompts/get', {
    name: names.named('greet'),
    arguments: { who: 'Ada' },
  });
  const [message = {}] = listOf(result['messages']);
  return objectOf(message['content'])['text'];
}

async function complete({ client, names }: Visit): Promise<unknown> {
  const ref = { type: 'ref/prompt', name: names.named('greet') };
  const argument = { name: 'who', value: 'A' };
  const result = await client.request('completion/complete', { ref, argument });
  return objectOf(result['completion'])['values'];
}

async function count({ client, names, name }: Visit): Promise<unknown> {
  const progressToken = `progress of ${name} at ${names.named('')}`;
  await client.request('tools/call', { name: names.named('count'), arguments: {}, _meta: { progressToken } });
  const own = client
    .notes('notifications/progress')
    .filter((note) => note['progressToken'] === progressToken);
  return own.map(({ progress }) => progress);
}

async function ask({ client, upstream, names }: Visit): Promise<unknown> {
  if (!upstream.hasElicitation) return 'there is no such tool';
  try {
    const result = await client.request('tools/call', { name: names.named('ask'), arguments: {} });
    const said = JSON.parse(firstText(result)) as JsonObject;
    return result['isError'] === true ? { toolError: said['code'] } : said;
  } catch (error) {
    if (!(error instanceof RpcFailure)) throw error;
    return { error: error.code, needs: error.data['requiredCapabilities'] };
  }
}

/** The marks of the modern era a result carries. */
function marksOf(result: JsonObject): string[] {
  return ['cacheScope', 'resultType', 'ttlMs'].filter((mark) => mark in result);
}

function firstText(result: JsonObject): string {
  const [block = {}] = listOf(result['content']);
  return textOf(block['text']);
}

function listOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
