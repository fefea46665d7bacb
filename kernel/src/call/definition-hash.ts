import { hash } from 'node:crypto';
import { canonicalJson } from '@signalbox/protocol';
import type { Found } from '../catalog/view.ts';

/** SHA-256 of what a source says about an entry, base64url; of what it does not list, of its URI. */
export function hashDefinition({ entry, originalName }: Found): string {
  return hash('sha256', canonicalJson(entry?.definition ?? { uri: originalName }), 'base64url');
}

/** Remembers the hash of each definition for as long as the catalog has it. */
export class DefinitionHashes {
  readonly #known = new WeakMap<object, string>();

  of(found: Found): string {
    if (!found.entry) return hashDefinition(found);
    const { definition } = found.entry;
    const known = this.#known.get(definition);
    if (known !== undefined) return known;
    const text = hashDefinition(found);
    this.#known.set(definition, text);
    return text;
  }
}
