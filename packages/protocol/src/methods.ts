import type { CallKind, ListKind } from '@signalbox/sdk';

/** The methods that use one catalog entry, with the parameter that names it. */
export const callMethods: {
  readonly [method: string]: { readonly kind: CallKind; readonly target: 'name' | 'uri' };
} = {
  'tools/call': { kind: 'tool', target: 'name' },
  'resources/read': { kind: 'resource', target: 'uri' },
  'prompts/get': { kind: 'prompt', target: 'name' },
};

/** The methods that list, with the member of their result that holds the items. */
export const listMethods: {
  readonly [method: string]: { readonly kind: ListKind; readonly member: string };
} = {
  'tools/list': { kind: 'tool', member: 'tools' },
  'resources/list': { kind: 'resource', member: 'resources' },
  'resources/templates/list': { kind: 'template', member: 'resourceTemplates' },
  'prompts/list': { kind: 'prompt', member: 'prompts' },
};

/** The method that carries out a call of a kind at an MCP peer. */
export const methodOfKind: { readonly [kind in Exclude<CallKind, 'subscription'>]: string } = {
  tool: 'tools/call',
  resource: 'resources/read',
  prompt: 'prompts/get',
  completion: 'completion/complete',
};
