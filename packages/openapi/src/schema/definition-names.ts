import { shortHash } from '../short-hash.ts';

/**
 * A name among `$defs` for every reference of a document. A component keeps its own; others get a mark made of where
 * they stand, so that no name depends on the order of the document.
 */
export class DefinitionNames {
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();

  of(reference: string): string {
    const known = this.#names.get(reference);
    if (known !== undefined) return known;
    const wanted = nameFor(reference);
    let name = wanted;
    for (let count = 2; this.#taken.has(name); count++) name = `${wanted}_${count}`;
    this.#taken.add(name);
    this.#names.set(reference, name);
    return name;
  }
}

function nameFor(reference: string): string {
  const component = /^#\/components\/schemas\/([A-Za-z0-9._-]+)$/.exec(reference)?.[1];
  if (component !== undefined && component !== '__proto__') return component;
  const last = reference.slice(reference.lastIndexOf('/') + 1).replaceAll(/[^A-Za-z0-9._-]+/g, '_');
  return `${last.slice(0, 100)}_${shortHash(reference)}`;
}
