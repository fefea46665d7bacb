import { type Extension, isSignalboxError, SignalboxError } from '@signalbox/sdk';
import { type KernelParts, RunningExtension } from './extension-context.ts';

/**
 * Sets extensions up in the given order. When one fails, those before it are stopped again.
 * Errors: the extension's own SignalboxError, else `extension_failed` with the cause.
 */
export async function startExtensions(
  ordered: readonly Extension[],
  sections: { readonly [name: string]: unknown },
  parts: KernelParts,
  onSetUp: (running: RunningExtension) => Promise<void>,
): Promise<readonly RunningExtension[]> {
  const running: RunningExtension[] = [];
  let name = '';
  try {
    for (const extension of ordered) {
      name = extension.name;
      const each = new RunningExtension(extension, sections[name], parts);
      running.push(each);
      await each.setup();
      await onSetUp(each);
    }
    for (const each of running) {
      name = each.extension.name;
      await each.ready();
    }
    return running;
  } catch (error) {
    await stopExtensions(running);
    if (isSignalboxError(error)) throw error;
    parts.log.error('an extension failed to start', { extension: name, cause: error });
    throw new SignalboxError(
      'extension_failed',
      `the extension "${name}" failed to start; the log has the cause`,
      { cause: error },
    );
  }
}

/** Stops extensions, last started first. */
export async function stopExtensions(running: readonly RunningExtension[]): Promise<void> {
  for (const each of [...running].reverse()) await each.stop();
}
