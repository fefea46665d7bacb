import type { JsonObject } from './json.ts';
import type { Level } from './principal.ts';
import type { HandlerContext } from './tool.ts';

/** One argument of a prompt; on the wire its value is text. */
export interface PromptArgument {
  readonly name: string;
  readonly description?: string;
  readonly required?: boolean;
}

/** What a prompt gives: one user message as text, or whole MCP messages. */
export type PromptOutput =
  | string
  | { readonly messages: readonly JsonObject[]; readonly description?: string };

/** A prompt written in TypeScript. */
export interface Prompt {
  readonly description: string;
  readonly title?: string;
  readonly arguments: readonly PromptArgument[];
  readonly minLevel?: Level;
  readonly get: (
    args: Record<string, string>,
    context: HandlerContext,
  ) => PromptOutput | Promise<PromptOutput>;
}

/** Defines a prompt. */
export function prompt(definition: Prompt): Prompt {
  return definition;
}
