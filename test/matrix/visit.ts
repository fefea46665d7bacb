import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import type { SpokenVersion } from '../../apps/signalbox/src/reference/compatibility.ts';
import { RpcFailure } from './client/exchange.ts';
import type { ScriptedClient } from './client/scripted-client.ts';
import { objectOf, textOf } from './message.ts';
import type { Names } from './names.ts';

/** One client at one upstream. */
export interface Visit {
  readonly client: ScriptedClient;
  readonly upstream: SpokenVersion;
  readonly names: Names;
  /** What the client answers when it is asked for a name. */
  readonly name: string;
}

/** Does everything a cell does but the change of a list; gives what came of it, to be held against what must. */
export async function visit(each: Visit): Promise<{ readonly [what: string]: unknown }> {
  return {
    lists: await readLists(each),
    'tool call': await callEcho(each),
    'content of a tool': await callShow(each),
    'resource read': await readBoth(each),
    prompt: await getPrompt(each),
    completion: await complete(each),
    progress: await count(each),
    elicitation: await ask(each),
  };
}

async function readLists({ client, names }: Visit): Promise<unknown> {
  const tools = await client.request('tools/list');
  const resources = await client.request('resources/list');
  const prompts = await client.request('prompts/list');
  const named = listOf(tools['tools']).map(({ name }) => textOf(name));
  return {
    // Those that were added for the change of the list are not among them.
    names: named.filter((name) => name.startsWith(names.named('')) && !name.includes('late-')),
    echo: membersOf(tools['tools'], 'name', names.named('echo')),
    note: membersOf(resources['resources'], 'uri', names.resourceUri),
    greet: membersOf(prompts['prompts'], 'name', names.named('greet')),
    marks: [tools, resources, prompts].map(marksOf),
  };
}

async function callEcho({ client, names }: Visit): Promise<unknown> {
  const params = { name: names.named('echo'), arguments: { said: 'hello' } };
  const result = await client.request('tools/call', params);
  return { text: firstText(result), structured: result['structuredContent'], marks: marksOf(result) };
}

async function callShow({ client, names }: Visit): Promise<unknown> {
  const result = await client.request('tools/call', { name: names.named('show'), arguments: {} });
  return listOf(result['content']).map(describeBlock);
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
  const params = { name: names.named('greet'), arguments: { who: 'Ada' } };
  const result = await client.request('prompts/get', params);
  return listOf(result['messages']).map(({ content }) => describeBlock(objectOf(content)));
}

/** What was chosen before may be told since 2025-06-18 (changelog). */
async function complete({ client, names }: Visit): Promise<unknown> {
  const ref = { type: 'ref/prompt', name: names.named('greet') };
  const argument = { name: 'who', value: 'A' };
  const context = client.spoken.version >= '2025-06-18' ? { context: { arguments: { tone: 'warm' } } } : {};
  const result = await client.request('completion/complete', { ref, argument, ...context });
  return objectOf(result['completion'])['values'];
}

async function count({ client, names, name }: Visit): Promise<unknown> {
  const progressToken = `progress of ${name} at ${names.named('')}`;
  const params = { name: names.named('count'), arguments: {}, _meta: { progressToken } };
  await client.request('tools/call', params);
  return client
    .notes('notifications/progress')
    .filter((note) => note['progressToken'] === progressToken)
    .map(({ progressToken: _token, ...note }) => note);
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

/** The members an entry has that not every version knows. */
function membersOf(items: JsonValue | undefined, by: 'name' | 'uri', wanted: string): string[] {
  const entry = listOf(items).find((item) => item[by] === wanted);
  const members = ['annotations', 'title', 'outputSchema', 'icons'];
  return entry ? members.filter((member) => member in entry) : ['it is not listed'];
}

/** The marks of the modern era a result carries. */
function marksOf(result: JsonObject): string[] {
  return ['cacheScope', 'resultType', 'ttlMs'].filter((mark) => mark in result);
}

function describeBlock({ type, text, uri }: JsonObject): string {
  return type === 'text' ? textOf(text) : [type, uri].map(textOf).join(' ').trim();
}

function firstText(result: JsonObject): string {
  const [block = {}] = listOf(result['content']);
  return textOf(block['text']);
}

function listOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
