import { toPlainNumbers, uriTemplateMatcher } from '@signalbox/protocol';
import {
  type CallRequest,
  type CallResult,
  type HandlerContext,
  type Invocation,
  isJsonObject,
  isTemplate,
  type JsonObject,
  type JsonValue,
  type Log,
  type Prompt,
  parseWith,
  type Resource,
  SignalboxError,
  type SourceEntry,
  type Tool,
  toSignalboxError,
  toToolDefinition,
} from '@signalbox/sdk';
import { isPlainName } from '../catalog/public-name.ts';

/** The tools, resources and prompts an extension wrote in TypeScript, as one source of the catalog. */
export class OwnEntries {
  readonly #log: Log;
  readonly #tools = new Map<string, Tool>();
  /** Made once: a schema takes its time, and everything is published anew with each addition. */
  readonly #toolEntries: SourceEntry[] = [];
  readonly #prompts = new Map<string, Prompt>();
  readonly #resources = new Map<string, Resource>();

  constructor(log: Log) {
    this.#log = log;
  }

  get isEmpty(): boolean {
    return this.#tools.size + this.#prompts.size + this.#resources.size === 0;
  }

  addTool(name: string, tool: Tool): void {
    const definition = toToolDefinition(fresh(name, this.#tools, 'tool'), tool);
    this.#tools.set(name, tool);
    this.#toolEntries.push({ kind: 'tool', name, definition, ...levelOf(tool.options.minLevel) });
  }

  addPrompt(name: string, prompt: Prompt): void {
    this.#prompts.set(fresh(name, this.#prompts, 'prompt'), prompt);
  }

  addResource(resource: Resource): void {
    if (this.#resources.has(resource.uri)) throw taken('resource', resource.uri);
    this.#resources.set(resource.uri, resource);
  }

  /** Everything, as the catalog takes it. */
  entries(): SourceEntry[] {
    const prompts = [...this.#prompts].map(([name, { get: _get, minLevel, ...definition }]): SourceEntry => {
      const plain = { name, ...definition, arguments: definition.arguments.map((each) => ({ ...each })) };
      return { kind: 'prompt', name, definition: plain, ...levelOf(minLevel) };
    });
    const resources = [...this.#resources.values()].map(
      ({ read: _read, watch: _watch, minLevel, uri, ...rest }): SourceEntry => {
        const kind = isTemplate(uri) ? 'template' : 'resource';
        return {
          kind,
          name: uri,
          definition: { [kind === 'template' ? 'uriTemplate' : 'uri']: uri, ...rest },
          ...levelOf(minLevel),
        };
      },
    );
    return [...this.#toolEntries, ...prompts, ...resources];
  }

  /** Runs one of them. A tool that throws gives a tool error; its message is shown only when it is a SignalboxError. */
  readonly invoke = async (invocation: Invocation): Promise<CallResult> => {
    const { request, originalName } = invocation;
    const context = this.#contextOf(invocation);
    if (request.kind === 'tool') return this.#runTool(originalName, request, context);
    if (request.kind === 'prompt') return this.#getPrompt(originalName, request.params['arguments'], context);
    if (request.kind === 'resource') return this.#readResource(originalName, context);
    if (request.kind === 'completion') return { kind: 'data', value: { completion: { values: [] } } };
    const watched = this.#resources.get(originalName) ?? this.#findTemplate(originalName);
    await watched?.watch?.(originalName, request.params['subscribe'] !== false, context);
    return { kind: 'data', value: {} };
  };

  #contextOf({ callId, request, signal, standAside = stay }: Invocation): HandlerContext {
    const { principal, interface: through, channels = {}, signal: caller } = request;
    return { callId, principal, interface: through, signal, caller, log: this.#log, channels, standAside };
  }

  async #runTool(
    name: string,
    { params, resume }: CallRequest,
    context: HandlerContext,
  ): Promise<CallResult> {
    const tool = this.#tools.get(name);
    if (!tool) throw new SignalboxError('not_found', `there is no tool "${name}"`);
    const run = resume ? goingOn(name, tool, resume.handle) : await beginning(name, tool, params);
    try {
      const value = toToolResult(await run(context));
      return value['isError'] === true ? { kind: 'data', value, isError: true } : { kind: 'data', value };
    } catch (thrown) {
      const error = toSignalboxError(thrown);
      // A handler that is stopped fails in its own way; that is no bug of its own.
      if (error.code !== 'internal' || context.signal.aborted) throw error;
      this.#log.error('a tool failed', { tool: name, cause: thrown });
      const text = `the tool "${name}" failed; the hub's log has the cause`;
      return { kind: 'data', value: { content: [{ type: 'text', text }], isError: true }, isError: true };
    }
  }

  async #getPrompt(name: string, args: JsonValue | undefined, context: HandlerContext): Promise<CallResult> {
    const prompt = this.#prompts.get(name);
    if (!prompt) throw new SignalboxError('not_found', `there is no prompt "${name}"`);
    const given = isJsonObject(args) ? args : {};
    const missing = prompt.arguments.find((each) => each.required && typeof given[each.name] !== 'string');
    if (missing)
      throw new SignalboxError(
        'invalid_params',
        `the prompt "${name}" needs the argument "${missing.name}" as text`,
      );
    const texts = Object.fromEntries(
      Object.entries(given).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    );
    const output = await prompt.get(texts, context);
    if (typeof output !== 'string')
      return { kind: 'data', value: { ...output, messages: [...output.messages] } };
    const message = { role: 'user', content: { type: 'text', text: output } };
    return { kind: 'data', value: { description: prompt.description, messages: [message] } };
  }

  async #readResource(uri: string, context: HandlerContext): Promise<CallResult> {
    const resource = this.#resources.get(uri) ?? this.#findTemplate(uri);
    if (!resource) throw new SignalboxError('not_found', `there is no resource "${uri}"`);
    const output = await resource.read(uri, context);
    const mimeType = resource.mimeType === undefined ? {} : { mimeType: resource.mimeType };
    if (typeof output === 'string')
      return { kind: 'data', value: { contents: [{ uri, ...mimeType, text: output }] } };
    if (!(output instanceof Uint8Array)) return { kind: 'data', value: { contents: [...output.contents] } };
    return {
      kind: 'data',
      value: { contents: [{ uri, ...mimeType, blob: Buffer.from(output).toString('base64') }] },
    };
  }

  #findTemplate(uri: string): Resource | undefined {
    return [...this.#resources.values()].find(
      (each) => isTemplate(each.uri) && uriTemplateMatcher(each.uri)(uri),
    );
  }
}

const stay = (): (() => void) => () => undefined;

type Run = (context: HandlerContext) => ReturnType<Tool['handler']>;

async function beginning(name: string, tool: Tool, { arguments: args }: JsonObject): Promise<Run> {
  const input = await parseWith(tool.input, toPlainNumbers(args ?? {}), `the arguments of "${name}"`);
  return (context) => tool.handler(input, context);
}

function goingOn(name: string, { options: { resume } }: Tool, handle: JsonObject): Run {
  if (resume) return (context) => resume(handle, context);
  throw new SignalboxError('unsupported', `the tool "${name}" cannot go on with a call of before`);
}

function toToolResult(output: unknown): JsonObject {
  if (isJsonObject(output) && Array.isArray(output['content'])) return output;
  if (output === undefined || output === null) return { content: [] };
  if (typeof output === 'string') return { content: [{ type: 'text', text: output }] };
  const structured = isJsonObject(output) ? { structuredContent: output } : {};
  return { content: [{ type: 'text', text: JSON.stringify(output) }], ...structured };
}

function levelOf(minLevel: SourceEntry['minLevel']): Pick<SourceEntry, 'minLevel'> {
  return minLevel ? { minLevel } : {};
}

function fresh(name: string, known: ReadonlyMap<string, unknown>, what: string): string {
  if (!isPlainName(name)) {
    throw new SignalboxError(
      'invalid_params',
      `"${name}" cannot name a ${what}; use 1 to 64 of A-Z, a-z, 0-9, "-" and single "_"`,
    );
  }
  if (known.has(name)) throw taken(what, name);
  return name;
}

function taken(what: string, name: string): SignalboxError {
  return new SignalboxError('conflict', `the ${what} "${name}" is already provided`);
}
