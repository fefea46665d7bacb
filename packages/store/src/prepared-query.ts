import type { StoreWrite } from '@signalbox/sdk';
import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Database } from './database.ts';
import { type CompilableQuery, storeStep } from './store-step.ts';
import { toStoredValue } from './stored-value.ts';

/**
 * Makes a statement for `together` of the store that is built once for each set of names it is given, and only bound after that: building
 * costs more than most statements do. `build` sees stand-ins for the values, so nothing in it may depend on what they are; a name that may
 * be missing is `undefined` then. With `changes` the whole write happens only if this one changes as many rows.
 */
export function preparedWrite<Tables, Values extends object>(
  build: (queries: Kysely<Tables>, given: Values) => CompilableQuery,
  changes?: number,
): (database: Database, values: Values) => StoreWrite {
  const known = new KnownTexts(build);
  return (database, values) => {
    const { sql, parameters } = known.of(database, values);
    const bound = { sql, parameters: bind(parameters, values) };
    return storeStep({ compile: () => bound }, changes);
  };
}

/** The same for a question: gives its rows. Errors: those of the store. */
export function preparedRead<Tables, Values extends object, Row>(
  build: (queries: Kysely<Tables>, given: Values) => Compilable<Row>,
): (database: Database, values: Values) => Promise<readonly Row[]> {
  const known = new KnownTexts<Tables, Values, CompiledQuery<Row>>(build);
  return async (database, values) => {
    const compiled = known.of(database, values);
    const parameters = bind(compiled.parameters, values).map(toStoredValue);
    const { rows } = await database.queries<Tables>().executeQuery<Row>({ ...compiled, parameters });
    return rows;
  };
}

/** Stands where a value will be. */
class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What was built, by store and by the names that were given. */
class KnownTexts<Tables, Values extends object, Compiled extends ReturnType<CompilableQuery['compile']>> {
  readonly #build: (queries: Kysely<Tables>, given: Values) => { readonly compile: () => Compiled };
  readonly #known = new WeakMap<Database, Map<string, Compiled>>();

  constructor(build: (queries: Kysely<Tables>, given: Values) => { readonly compile: () => Compiled }) {
    this.#build = build;
  }

  of(database: Database, values: Values): Compiled {
    const shape = shapeOf(values);
    let texts = this.#known.get(database);
    if (!texts) this.#known.set(database, (texts = new Map()));
    let compiled = texts.get(shape);
    if (compiled) return compiled;
    const slots: { readonly [name: string]: unknown } = Object.fromEntries(
      shape.split(' ').map((name) => [name, new Slot(name)]),
    );
    // The query builder passes values on as they are, whatever they are.
    compiled = this.#build(database.queries<Tables>(), slots as Values).compile();
    texts.set(shape, compiled);
    return compiled;
  }
}

/** The names of what is given. One that is `undefined` is as one that is missing, as it is to the query builder. */
function shapeOf(values: object): string {
  let shape = '';
  for (const [name, value] of Object.entries(values)) if (value !== undefined) shape += ` ${name}`;
  return shape.slice(1);
}

function bind(parameters: readonly unknown[], values: object): readonly unknown[] {
  // Every slot has the name of a value that is there.
  const byName = values as { readonly [name: string]: unknown };
  return parameters.map((parameter) => (parameter instanceof Slot ? byName[parameter.name] : parameter));
}
