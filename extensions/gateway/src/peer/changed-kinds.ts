import type { ListKind } from '@signalbox/sdk';

/** Which lists a notification says have changed. */
export const changedKinds: { readonly [method: string]: readonly ListKind[] } = {
  'notifications/tools/list_changed': ['tool'],
  'notifications/prompts/list_changed': ['prompt'],
  'notifications/resources/list_changed': ['resource', 'template'],
};
