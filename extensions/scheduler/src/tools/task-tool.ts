import {
  type HandlerContext,
  type JsonObject,
  type Tool,
  type ToolOutput,
  tool,
  type Viewer,
} from '@signalbox/sdk';
import type { z } from 'zod';

/** What a tool does to the world, as MCP's hints say it. */
export const hints = {
  reads: { readOnlyHint: true, openWorldHint: false },
  adds: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  /** Doing it again changes nothing more, and nothing is lost by it. */
  sets: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  overwrites: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  ends: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  /** Pipelines run, and do whatever their tools do. */
  runs: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  /** The same, but what has been done is not done again. */
  runsOnce: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
} as const satisfies { readonly [name: string]: JsonObject };

/** A tool for tasks and runs: everything in and out has a schema. */
interface TaskTool<Input, Output> {
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  readonly output: z.ZodType<Output>;
  readonly hints: JsonObject;
  readonly handle: (input: Input, viewer: Viewer) => Promise<Output>;
  /** The resource the output is about, for those who want to follow it. */
  readonly link?: (output: Output) => JsonObject;
}

/** Makes one, for whoever calls it. */
export function taskTool<Input, Output>({
  title,
  description,
  input,
  output,
  hints: annotations,
  handle,
  link,
}: TaskTool<Input, Output>): Tool<Input> {
  const handler = async (given: Input, context: HandlerContext): Promise<ToolOutput> => {
    const done = await handle(given, { principal: context.principal, interface: context.interface });
    const structured = withoutAbsent(done);
    if (!link) return structured;
    const text = { type: 'text', text: JSON.stringify(structured) };
    return withMembers([text, link(done)], { structuredContent: structured });
  };
  return tool(description, input, handler, { title, output, annotations: { title, ...annotations } });
}

/** An MCP result: blocks of content, and its other members. */
export function withMembers(content: readonly JsonObject[], members: JsonObject): ToolOutput {
  return { content, ...members };
}

/** Members that are undefined are not there in JSON. */
function withoutAbsent(output: unknown): JsonObject {
  // Outputs are objects of plain data, as their schemas say.
  return JSON.parse(JSON.stringify(output)) as JsonObject;
}
