import type { JsonObject, JsonValue } from '@signalbox/sdk';
import type { Checker } from './checker.ts';
import type { Given } from './read-given.ts';

/** Makes checkers of the schemas a keyword stands over. */
export interface Reader {
  /** Of the schema that stands there. */
  read(schema: JsonValue, pointer: string): Checker;
  /** Of the schema a reference names. */
  refer(reference: string, pointer: string): Checker;
}

/** What a keyword asks of a value; undefined for one that says nothing by itself. `schema` has the keywords beside it. */
export type Keyword = (given: Given, reader: Reader, schema: JsonObject) => Checker | undefined;

/** Checkers of a list of schemas that stand at a keyword. */
export function readEach(schemas: readonly JsonValue[], pointer: string, reader: Reader): readonly Checker[] {
  return schemas.map((schema, index) => reader.read(schema, `${pointer}/${index}`));
}

/** Checkers by name of the schemas that stand at a keyword. */
export function readNamed(
  schemas: JsonObject,
  pointer: string,
  reader: Reader,
): ReadonlyMap<string, Checker> {
  return new Map(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      reader.read(schema ?? null, `${pointer}/${escapeName(name)}`),
    ]),
  );
}

/** A name as part of a JSON pointer (RFC 6901, 3). */
export function escapeName(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
