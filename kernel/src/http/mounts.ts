import { type Mount, SignalboxError } from '@signalbox/sdk';

/** A mount that fits a path, with what is left of the path. */
export interface FoundMount {
  readonly mount: Mount;
  readonly rest: string;
}

/** The raw places on the listener. An exact path wins over a prefix, a longer prefix over a shorter. */
export class Mounts {
  readonly #exact = new Map<string, Mount>();
  #prefixes: readonly Mount[] = [];

  /** Adds a mount; the result removes it. Errors: `conflict` for a path in use. */
  add(mount: Mount): () => void {
    const isPrefix = mount.path.endsWith('/') && mount.path !== '/';
    const isTaken = isPrefix
      ? this.#prefixes.some(({ path }) => path === mount.path)
      : this.#exact.has(mount.path);
    if (isTaken) throw new SignalboxError('conflict', `two extensions want the path ${mount.path}`);
    if (!isPrefix) {
      this.#exact.set(mount.path, mount);
      return () => void this.#exact.delete(mount.path);
    }
    this.#prefixes = [...this.#prefixes, mount].sort((a, b) => b.path.length - a.path.length);
    return () => {
      this.#prefixes = this.#prefixes.filter((each) => each !== mount);
    };
  }

  find(path: string): FoundMount | undefined {
    const exact = this.#exact.get(path);
    if (exact) return { mount: exact, rest: '' };
    const prefix = this.#prefixes.find((each) => path.startsWith(each.path));
    return prefix && { mount: prefix, rest: path.slice(prefix.path.length) };
  }

  /** Every mount, for the inventory of routes. */
  all(): readonly Mount[] {
    return [...this.#exact.values(), ...this.#prefixes];
  }
}
