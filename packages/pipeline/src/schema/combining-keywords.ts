import type { Checker } from './checker.ts';
import { type Keyword, readEach } from './keyword.ts';
import { type Given, readList, readText } from './read-given.ts';
import { SchemaFault } from './schema-fault.ts';

/** JSON Schema 2020-12, 8.2 and 10.2: schemas made of others. */
export const combiningKeywords: Readonly<Record<string, Keyword>> = {
  $ref(given, reader) {
    return reader.refer(readText(given), given.pointer);
  },
  allOf(given, reader) {
    const all = readEach(readSome(given), given.pointer, reader);
    return (value, path, check) => {
      let fits = true;
      for (const each of all) {
        if (each(value, path, check)) continue;
        fits = false;
        if (check.isDecided) break;
      }
      return fits;
    };
  },
  anyOf(given, reader) {
    const all = readEach(readSome(given), given.pointer, reader);
    return (value, path, check) =>
      all.some((each) => check.asks(each, value, path)) ||
      check.fail(path, `fits none of the ${all.length} schemas of anyOf`);
  },
  oneOf(given, reader) {
    const all = readEach(readSome(given), given.pointer, reader);
    return (value, path, check) => {
      const fitting = all.filter((each) => check.asks(each, value, path)).length;
      return (
        fitting === 1 || check.fail(path, `fits ${fitting} of the ${all.length} schemas of oneOf, not one`)
      );
    };
  },
  not(given, reader) {
    const other = reader.read(given.value, given.pointer);
    return (value, path, check) =>
      !check.asks(other, value, path) || check.fail(path, 'fits what it must not (not)');
  },
  if(given, reader, schema) {
    const condition = reader.read(given.value, given.pointer);
    const branch = (name: 'then' | 'else'): Checker | undefined =>
      schema[name] === undefined ? undefined : reader.read(schema[name], given.pointer.replace(/if$/, name));
    const [then, otherwise] = [branch('then'), branch('else')];
    return (value, path, check) =>
      (check.asks(condition, value, path) ? then : otherwise)?.(value, path, check) ?? true;
  },
};

function readSome(given: Given): ReturnType<typeof readList> {
  const schemas = readList(given);
  if (schemas.length === 0) throw new SchemaFault(given.pointer, 'has to have at least one schema');
  return schemas;
}
