import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import type { Check, Checker, Path } from './checker.ts';
import { escapeName, type Keyword, readNamed } from './keyword.ts';
import { readCount, readObject, readTexts } from './read-given.ts';

/** JSON Schema 2020-12: what objects are asked; `dependencies` as before 2019-09. */
export const objectKeywords: Readonly<Record<string, Keyword>> = {
  properties(given, reader) {
    const checkers = readNamed(readObject(given), given.pointer, reader);
    return ofObjects((object, path, check) => {
      check.spend(checkers.size);
      let fits = true;
      for (const [name, checker] of checkers) {
        if (!Object.hasOwn(object, name)) continue;
        if (checker(object[name] ?? null, { above: path, name }, check)) continue;
        fits = false;
        if (check.isDecided) break;
      }
      return fits;
    });
  },
  additionalProperties(given, reader, schema) {
    const named = isJsonObject(schema['properties']) ? schema['properties'] : {};
    const checker = reader.read(given.value, given.pointer);
    const isClosed = given.value === false;
    return ofObjects((object, path, check) => {
      let fits = true;
      for (const name of namesOf(object, check)) {
        if (Object.hasOwn(named, name)) continue;
        const at = { above: path, name };
        if (isClosed ? check.fail(at, 'is not known here') : checker(object[name] ?? null, at, check))
          continue;
        fits = false;
        if (check.isDecided) break;
      }
      return fits;
    });
  },
  propertyNames(given, reader) {
    const checker = reader.read(given.value, given.pointer);
    return ofObjects((object, path, check) =>
      namesOf(object, check).every((name) => checker(name, { above: path, name }, check)),
    );
  },
  required(given) {
    const names = readTexts(given);
    return ofObjects((object, path, check) => hasAll(object, names, path, check));
  },
  minProperties(given) {
    const least = readCount(given);
    return ofObjects(
      (object, path, check) =>
        namesOf(object, check).length >= least || check.fail(path, `has to have at least ${least} members`),
    );
  },
  maxProperties(given) {
    const most = readCount(given);
    return ofObjects(
      (object, path, check) =>
        namesOf(object, check).length <= most || check.fail(path, `has to have at most ${most} members`),
    );
  },
  dependentRequired(given) {
    return whereNamed(
      new Map(
        Object.entries(readObject(given)).map(([name, value]) => [
          name,
          ofNames(readTexts({ value: value ?? null, pointer: `${given.pointer}/${escapeName(name)}` })),
        ]),
      ),
    );
  },
  dependentSchemas(given, reader) {
    return whereNamed(readNamed(readObject(given), given.pointer, reader));
  },
  dependencies(given, reader) {
    return whereNamed(
      new Map(
        Object.entries(readObject(given)).map(([name, value]) => {
          const pointer = `${given.pointer}/${escapeName(name)}`;
          return [
            name,
            Array.isArray(value) ? ofNames(readTexts({ value, pointer })) : reader.read(value, pointer),
          ];
        }),
      ),
    );
  },
};

function ofObjects(judge: (object: JsonObject, path: Path | undefined, check: Check) => boolean): Checker {
  return (value, path, check) => !isJsonObject(value) || judge(value, path, check);
}

function namesOf(object: JsonObject, check: Check): readonly string[] {
  const names = Object.keys(object);
  check.spend(names.length);
  return names;
}

function ofNames(names: readonly string[]): Checker {
  return ofObjects((object, path, check) => hasAll(object, names, path, check));
}

function hasAll(object: JsonObject, names: readonly string[], path: Path | undefined, check: Check): boolean {
  check.spend(names.length);
  const missing = names.filter((name) => !Object.hasOwn(object, name));
  for (const name of missing) check.fail({ above: path, name }, 'is missing');
  return missing.length === 0;
}

/** What is asked of an object for each member it has. */
function whereNamed(checkers: ReadonlyMap<string, Checker>): Checker {
  return ofObjects((object, path, check) => {
    check.spend(checkers.size);
    let fits = true;
    for (const [name, checker] of checkers)
      if (Object.hasOwn(object, name) && !checker(object, path, check)) fits = false;
    return fits;
  });
}
