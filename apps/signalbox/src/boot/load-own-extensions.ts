import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Extension, type JsonObject, SignalboxError } from '@signalbox/sdk';

/**
 * Loads the extensions named under `extensions` in the settings file: files of the owner, in this process, with its
 * rights. They come from disk only; nothing over the network can name one.
 * Errors: `invalid_settings` for a list that is none, `extension_failed` for a file that is no extension.
 */
export async function loadOwnExtensions(
  settings: JsonObject,
  baseDir: string,
): Promise<readonly Extension[]> {
  const paths = settings['extensions'] ?? [];
  // The schema of the settings says so too, but it is made from the extensions, so they come first.
  if (!Array.isArray(paths) || !paths.every((path) => typeof path === 'string')) {
    throw new SignalboxError('invalid_settings', '"extensions" must be a list of files');
  }
  return Promise.all(paths.map((path) => loadExtension(resolve(baseDir, path))));
}

async function loadExtension(path: string): Promise<Extension> {
  const loaded = await importFile(path);
  const extension = isObject(loaded) ? loaded['default'] : undefined;
  if (isExtension(extension)) return extension;
  throw new SignalboxError(
    'extension_failed',
    `${path} is no extension; write "export default defineExtension({ … })"`,
  );
}

async function importFile(path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : 'it throws';
    throw new SignalboxError('extension_failed', `the extension ${path} cannot be loaded: ${reason}`, {
      cause,
    });
  }
}

function isExtension(value: unknown): value is Extension {
  return (
    isObject(value) &&
    typeof value['name'] === 'string' &&
    typeof value['setup'] === 'function' &&
    isObject(value['config'])
  );
}

function isObject(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === 'object' && value !== null;
}
