import { type Extension, SignalboxError } from '@signalbox/sdk';

/**
 * Orders extensions so that each comes after those whose services it needs or wants; otherwise the given order stays.
 * `given` names services the kernel itself offers.
 * Errors: `extension_failed` for a service nobody provides, one that two provide, two of one name, or a circle.
 */
export function bootOrder(extensions: readonly Extension[], given: readonly string[]): readonly Extension[] {
  const providers = readProviders(extensions);
  const ordered: Extension[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (extension: Extension, path: readonly string[]): void => {
    const seen = state.get(extension.name);
    if (seen === 'done') return;
    if (seen === 'open')
      throw failed(`extensions need each other in a circle: ${[...path, extension.name].join(' → ')}`);
    state.set(extension.name, 'open');
    for (const token of extension.needs ?? []) {
      const provider = providers.get(token.name);
      if (provider) visit(provider, [...path, extension.name]);
      else if (!given.includes(token.name)) {
        throw failed(
          `extension "${extension.name}" needs the service "${token.name}", which nobody provides`,
        );
      }
    }
    for (const token of extension.wants ?? []) {
      const provider = providers.get(token.name);
      if (provider) visit(provider, [...path, extension.name]);
    }
    state.set(extension.name, 'done');
    ordered.push(extension);
  };
  for (const extension of extensions) visit(extension, []);
  return ordered;
}

function readProviders(extensions: readonly Extension[]): Map<string, Extension> {
  const providers = new Map<string, Extension>();
  const names = new Set<string>();
  for (const extension of extensions) {
    if (names.has(extension.name)) throw failed(`two extensions are called "${extension.name}"`);
    names.add(extension.name);
    for (const token of extension.provides ?? []) {
      const other = providers.get(token.name);
      if (other)
        throw failed(
          `"${other.name}" and "${extension.name}" both provide "${token.name}"; load one of them`,
        );
      providers.set(token.name, extension);
    }
  }
  return providers;
}

function failed(message: string): SignalboxError {
  return new SignalboxError('extension_failed', message);
}
