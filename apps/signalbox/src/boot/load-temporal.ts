import { type Extension, SignalboxError } from '@signalbox/sdk';

/** From here to the room that is no workspace, because what it needs is large and few want it. */
const room = '../../../../extensions/engine-temporal/';

/**
 * Loads the engine that hands runs to Temporal. Errors: `unsupported` with the command to run where what it needs is not installed, or
 * the hub does not run from its sources.
 */
export async function loadTemporal(base: string = import.meta.url): Promise<Extension> {
  const entry = new URL(`${room}src/index.ts`, base);
  try {
    // An address and no name, so that neither a bundle nor a check of types reaches for what may not be there.
    const loaded: unknown = await import(entry.href);
    if (isModule(loaded)) return loaded.default;
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new SignalboxError('unsupported', howToInstall, { cause });
  }
  throw new SignalboxError('unsupported', howToInstall);
}

const howToInstall =
  'engine.driver is "temporal", but what it needs is not installed; run "node extensions/engine-temporal/install.mjs" in a clone of Signalbox, and start the hub from there';

function isModule(loaded: unknown): loaded is { readonly default: Extension } {
  return typeof loaded === 'object' && loaded !== null && 'default' in loaded && isExtension(loaded.default);
}

function isExtension(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'name' in value && 'setup' in value;
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
}
