import type { CallChannels } from './call.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { Log } from './log.ts';
import type { CallInterface, Level, Principal } from './principal.ts';
import { type Schema, toJsonSchema } from './schema.ts';

/** What a handler is told about the call it serves. */
export interface HandlerContext {
  readonly callId: string;
  readonly principal: Principal;
  /** The way the caller came in: services that decide for somebody need both. */
  readonly interface: CallInterface;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly channels: CallChannels;
  /** Aborts when the caller gives up, with the caller's own reason; `signal` aborts when the time is over, too. */
  readonly caller: AbortSignal;
  /** As in {@link Invocation.standAside}. */
  readonly standAside: () => () => void;
}

/** What a tool may return: a plain value (text, or structured JSON), or a whole MCP result with `content`. */
export type ToolOutput = JsonValue | undefined | { readonly content: readonly JsonObject[] };

/** Optional parts of a tool definition. */
export interface ToolOptions {
  readonly title?: string;
  readonly output?: Schema;
  readonly annotations?: JsonObject;
  /** The lowest effective level that may call it; `trusted` where absent. */
  readonly minLevel?: Level;
  /** Goes on with a call that told `channels.task` of itself, by the handle it gave, such as after a restart of the hub. */
  readonly resume?: (handle: JsonObject, context: HandlerContext) => ToolOutput | Promise<ToolOutput>;
}

/** A tool written in TypeScript, with the schema of its arguments. */
export interface Tool<Input = never> {
  readonly description: string;
  readonly input: Schema<Input>;
  readonly handler: (args: Input, context: HandlerContext) => ToolOutput | Promise<ToolOutput>;
  readonly options: ToolOptions;
}

/**
 * Defines a tool. The arguments are validated against `input` before the handler runs.
 * @example
 * tools.provide('forecast', tool('Weather for a city', z.object({ city: z.string() }), ({ city }) => `sunny in ${city}`));
 */
export function tool<Input>(
  description: string,
  input: Schema<Input>,
  handler: Tool<Input>['handler'],
  options: ToolOptions = {},
): Tool<Input> {
  return { description, input, handler, options };
}

/** Under this key of `_meta` of its result a tool says what the call has used, for budgets to count: `cost` and `tokens`, two numbers. */
export const usageMeta = 'signalbox/usage';

/** The MCP definition of a tool under a name. */
export function toToolDefinition(name: string, given: Tool): JsonObject {
  const { title, output, annotations } = given.options;
  return {
    name,
    ...(title === undefined ? {} : { title }),
    description: given.description,
    inputSchema: { type: 'object', ...toJsonSchema(given.input) },
    ...(output ? { outputSchema: toJsonSchema(output) } : {}),
    ...(annotations ? { annotations } : {}),
  };
}
