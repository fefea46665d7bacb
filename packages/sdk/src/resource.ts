import type { JsonObject } from './json.ts';
import type { Level } from './principal.ts';
import type { HandlerContext } from './tool.ts';

/** What reading gives: text, bytes, or whole MCP contents. */
export type ResourceOutput = string | Uint8Array | { readonly contents: readonly JsonObject[] };

/** A resource, or a template of many when its URI carries RFC 6570 expressions. */
export interface Resource {
  readonly uri: string;
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly mimeType?: string;
  readonly minLevel?: Level;
  readonly read: (uri: string, context: HandlerContext) => ResourceOutput | Promise<ResourceOutput>;
  /** Told when somebody begins to wait for updates of it, and when they stop; throws for those who may not. */
  readonly watch?: (uri: string, isOn: boolean, context: HandlerContext) => void | Promise<void>;
}

/** Defines a resource. */
export function resource(definition: Resource): Resource {
  return definition;
}

/** True when the URI is a template (RFC 6570). */
export function isTemplate(uri: string): boolean {
  return uri.includes('{');
}
