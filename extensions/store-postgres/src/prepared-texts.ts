import type { Connection } from 'pg';

/** How a connection is asked for a statement it may know already. */
export interface PreparedText {
  /** Empty for one that is not kept. */
  readonly name: string;
  readonly isNew: boolean;
}

interface Known {
  readonly names: Map<string, string>;
  /** Names the connection may or may not know, to be forgotten before the next use. */
  readonly doubtful: string[];
  count: number;
}

const maxTexts = 300;
const maxLength = 8_000;

/** Which statements each connection has parsed and planned before, so that it need not do so again. */
export class PreparedTexts {
  readonly #known = new WeakMap<Connection, Known>();

  /** What to call a statement on this connection. One over the bound is parsed each time. */
  find(connection: Connection, text: string): PreparedText {
    const known = this.#of(connection);
    const name = known.names.get(text);
    if (name !== undefined) return { name, isNew: false };
    if (known.names.size >= maxTexts || text.length > maxLength) return { name: '', isNew: true };
    const given = `s${++known.count}`;
    known.names.set(text, given);
    return { name: given, isNew: true };
  }

  /** Nobody knows whether the connection has come to know these. */
  doubt(connection: Connection, texts: readonly string[]): void {
    const known = this.#of(connection);
    for (const text of texts) {
      const name = known.names.get(text);
      if (name === undefined) continue;
      known.names.delete(text);
      known.doubtful.push(name);
    }
  }

  /** Names that have to be closed before anything else is asked. */
  takeDoubtful(connection: Connection): readonly string[] {
    return this.#of(connection).doubtful.splice(0);
  }

  #of(connection: Connection): Known {
    let known = this.#known.get(connection);
    if (known === undefined) {
      known = { names: new Map(), doubtful: [], count: 0 };
      this.#known.set(connection, known);
    }
    return known;
  }
}
