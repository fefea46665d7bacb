import type { JsonValue } from '@signalbox/sdk';
import type { Checker, Path } from './checker.ts';
import { type Keyword, type Reader, readEach } from './keyword.ts';
import { type Given, readCount, readList } from './read-given.ts';
import { SchemaFault } from './schema-fault.ts';
import { textOf } from './value-keywords.ts';

/** JSON Schema 2020-12: what lists are asked; `items` also as a list of schemas, as before 2020-12. */
export const listKeywords: Readonly<Record<string, Keyword>> = {
  minItems(given) {
    const least = readCount(given);
    return ofLists((list, path, check) =>
      list.length >= least ? true : check.fail(path, `has to have at least ${least} items`),
    );
  },
  maxItems(given) {
    const most = readCount(given);
    return ofLists((list, path, check) =>
      list.length <= most ? true : check.fail(path, `has to have at most ${most} items`),
    );
  },
  uniqueItems({ value, pointer }) {
    if (typeof value !== 'boolean') throw new SchemaFault(pointer, 'has to be true or false');
    if (!value) return undefined;
    return ofLists((list, path, check) => {
      const texts = new Set(list.map((item) => textOf(item, check)));
      return texts.size === list.length || check.fail(path, 'has to have no item twice');
    });
  },
  prefixItems(given, reader) {
    return first(readEach(readList(given), given.pointer, reader));
  },
  items(given, reader, schema) {
    if (Array.isArray(given.value)) return first(readEach(given.value, given.pointer, reader));
    const prefix = schema['prefixItems'];
    return rest(reader.read(given.value, given.pointer), Array.isArray(prefix) ? prefix.length : 0);
  },
  additionalItems(given, reader, schema) {
    const items = schema['items'];
    return Array.isArray(items) ? rest(reader.read(given.value, given.pointer), items.length) : undefined;
  },
  contains(given, reader, schema) {
    return contains(given, reader, (name, otherwise) =>
      schema[name] === undefined
        ? otherwise
        : readCount({ value: schema[name], pointer: given.pointer.replace(/contains$/, name) }),
    );
  },
};

type Judge = (
  list: readonly JsonValue[],
  ...rest: Parameters<Checker> extends [unknown, ...infer R] ? R : never
) => boolean;

function ofLists(judge: Judge): Checker {
  return (value, path, check) => !Array.isArray(value) || judge(value, path, check);
}

function first(checkers: readonly Checker[]): Checker {
  return each(
    (index) => checkers[index],
    () => 0,
    checkers.length,
  );
}

function rest(checker: Checker, from: number): Checker {
  return each(
    () => checker,
    () => from,
    Number.POSITIVE_INFINITY,
  );
}

function each(checkerOf: (index: number) => Checker | undefined, from: () => number, to: number): Checker {
  return ofLists((list, path, check) => {
    let fits = true;
    for (let index = from(); index < Math.min(list.length, to); index++) {
      const at: Path = { above: path, name: index };
      check.spend(1);
      if (checkerOf(index)?.(list[index] ?? null, at, check) !== false) continue;
      fits = false;
      if (check.isDecided) break;
    }
    return fits;
  });
}

function contains(
  { value, pointer }: Given,
  reader: Reader,
  countOf: (name: string, otherwise: number) => number,
): Checker {
  const checker = reader.read(value, pointer);
  const least = countOf('minContains', 1);
  const most = countOf('maxContains', Number.POSITIVE_INFINITY);
  return ofLists((list, path, check) => {
    check.spend(list.length);
    const found = list.filter((item) => check.asks(checker, item, path)).length;
    if (found < least)
      return check.fail(path, `has to contain at least ${least} items of a kind, not ${found}`);
    return found <= most || check.fail(path, `has to contain at most ${most} items of a kind, not ${found}`);
  });
}
