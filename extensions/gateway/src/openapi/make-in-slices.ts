import { setImmediate } from 'node:timers/promises';
import { makeTools, type OpenApiDocument, type OpenApiTool, SchemaBudget } from '@signalbox/openapi';

/** Nodes looked at before others get a turn; a few milliseconds. */
const sliceNodes = 5_000;

/** The tools of a document, and what its owner should know of those that were cut. */
export interface MadeTools {
  readonly tools: readonly OpenApiTool[];
  readonly notes: readonly string[];
}

/** Makes the tools of a document and lets the hub do other things on the way. Rejects with the signal's reason. */
export async function makeInSlices(
  document: OpenApiDocument,
  { budget = new SchemaBudget(), ...options }: Parameters<typeof makeTools>[1],
  signal: AbortSignal,
): Promise<MadeTools> {
  const tools: OpenApiTool[] = [];
  const made = makeTools(document, { ...options, budget });
  let seen = 0;
  for (const tool of made.tools) {
    tools.push(tool);
    if (budget.visited - seen < sliceNodes) continue;
    seen = budget.visited;
    await setImmediate();
    signal.throwIfAborted();
  }
  return { tools, notes: notesOf(made.leftOut, budget.openTools) };
}

function notesOf(leftOut: number, openTools: number): string[] {
  return [
    ...(leftOut > 0
      ? [
          `${leftOut} operations are left out; raise gateway.maxToolsPerUpstream or choose with include and exclude`,
        ]
      : []),
    ...(openTools > 0
      ? [
          `the schemas of the document are too large: ${openTools} tools accept anything; choose fewer with include and exclude`,
        ]
      : []),
  ];
}
