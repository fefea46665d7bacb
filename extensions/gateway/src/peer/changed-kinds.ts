import type { ListKind } from '@signalbox/sdk';

/** Which lists a notification says have changed. A map, because an upstream names the method: "constructor" is no entry. */
export const changedKinds: ReadonlyMap<string, readonly ListKind[]> = new Map<string, readonly ListKind[]>([
  ['notifications/tools/list_changed', ['tool']],
  ['notifications/prompts/list_changed', ['prompt']],
  ['notifications/resources/list_changed', ['resource', 'template']],
]);
