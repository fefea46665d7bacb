import type { JsonObject, JsonValue } from '@signalbox/sdk';
import type { SpokenVersion } from '../../../apps/signalbox/src/reference/compatibility.ts';
import { objectOf, textOf } from '../message.ts';
import { type Answer, type Asking, refusal } from './answer.ts';
import { blocksOf, noteUri, offerOf } from './offer.ts';

/** What a scripted upstream does, whatever its version and transport. */
export class ScriptedUpstream {
  readonly spoken: SpokenVersion;
  readonly #added: string[] = [];

  constructor(spoken: SpokenVersion) {
    this.spoken = spoken;
  }

  /** Answers a request both eras have. */
  answer(method: string, asking: Asking): Answer | Promise<Answer> {
    const { tools, resources, resourceTemplates, prompts } = offerOf(this.spoken, this.#added);
    switch (method) {
      case 'tools/list':
        return { result: { tools } };
      case 'resources/list':
        return { result: { resources } };
      case 'resources/templates/list':
        return { result: { resourceTemplates } };
      case 'prompts/list':
        return { result: { prompts } };
      case 'tools/call':
        return this.#callTool(asking);
      case 'resources/read':
        return readResource(asking.params['uri']);
      case 'prompts/get':
        return this.#getPrompt(asking.params);
      case 'completion/complete':
        return this.#complete(asking.params);
      default:
        return refusal(-32601, `there is no ${method} in ${this.spoken.version}`);
    }
  }

  #callTool(asking: Asking): Answer | Promise<Answer> {
    const said = objectOf(asking.params['arguments'])['said'];
    switch (asking.params['name']) {
      case 'echo':
        return { result: this.#echo(textOf(said)) };
      case 'count':
        return this.#count(asking);
      case 'show':
        return { result: { content: blocksOf(this.spoken.version) } };
      case 'ask':
        return this.#ask(asking);
      case 'change':
        this.#added.push(textOf(said));
        asking.announce('notifications/tools/list_changed');
        return { result: text('changed') };
      default:
        return refusal(-32602, `there is no tool ${textOf(asking.params['name'])}`);
    }
  }

  #echo(said: string): JsonObject {
    const { version } = this.spoken;
    return {
      ...text(`${version} heard ${said}`),
      ...(version >= '2025-06-18' ? { structuredContent: { said } } : {}),
    };
  }

  #count({ params, notify }: Asking): Answer {
    const { progressToken } = objectOf(params['_meta']);
    const message = this.spoken.version >= '2025-03-26' ? { message: 'counting' } : {};
    for (const progress of [1, 2, 3]) {
      if (progressToken !== undefined)
        notify('notifications/progress', { progressToken, progress, total: 3, ...message });
    }
    return { result: text('counted') };
  }

  async #ask(asking: Asking): Promise<Answer> {
    const asked = await asking.askName();
    if ('answer' in asked) return asked.answer;
    const { said } = asked;
    return { result: { ...text(JSON.stringify(said)), ...('code' in said ? { isError: true } : {}) } };
  }

  #getPrompt({ name, arguments: args }: JsonObject): Answer {
    if (name !== 'greet') return refusal(-32602, `there is no prompt ${textOf(name)}`);
    const greeting = { type: 'text', text: `Greet ${textOf(objectOf(args)['who'])}` };
    const blocks = [greeting, ...blocksOf(this.spoken.version)];
    return {
      result: { description: 'Greets', messages: blocks.map((content) => ({ role: 'user', content })) },
    };
  }

  /** What was chosen before is told since 2025-06-18 (changelog). */
  #complete({ ref, argument, context }: JsonObject): Answer {
    const { type, name } = objectOf(ref);
    if (type !== 'ref/prompt' || name !== 'greet')
      return refusal(-32602, `nothing to complete: ${textOf(name)}`);
    if (context !== undefined && this.spoken.version < '2025-06-18')
      return refusal(-32602, `there is no context in ${this.spoken.version}`);
    const { name: which, value } = objectOf(argument);
    const before = textOf(objectOf(objectOf(context)['arguments'])['tone']);
    const values = [`${textOf(which)}: ${textOf(value)}da`, ...(before === '' ? [] : [before])];
    return { result: { completion: { values, total: values.length, hasMore: false } } };
  }
}

/** A result of one text. */
function text(value: string): JsonObject {
  return { content: [{ type: 'text', text: value }] };
}

function readResource(uri: JsonValue | undefined): Answer {
  const isKnown = typeof uri === 'string' && (uri === noteUri || uri.startsWith('page://'));
  if (!isKnown) return refusal(-32002, `there is no ${textOf(uri)}`);
  return { result: { contents: [{ uri, mimeType: 'text/plain', text: `content of ${uri}` }] } };
}
