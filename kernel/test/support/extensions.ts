import { defineExtension, type Extension, type ExtensionContext } from '@signalbox/sdk';
import { z } from 'zod';

/** An extension without settings, for one test. */
export function makeExtension(
  name: string,
  setup: (context: ExtensionContext<object>) => void | Promise<void>,
  more: Partial<Pick<Extension, 'needs' | 'wants' | 'provides'>> = {},
): Extension {
  return defineExtension({ name, config: z.strictObject({}), setup, ...more });
}
