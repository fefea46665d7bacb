import type { Operation } from '../document/read-operations.ts';
import { shortHash } from '../short-hash.ts';

const longest = 128;

/**
 * A name for every operation: its operationId, or method and path, made of `A-Z a-z 0-9 _ - .` (2026-07-28,
 * server/tools, "Tool Names"). Where several come out the same, each gets a mark made of its own method and path, so
 * that no name depends on the order of the document.
 */
export function toolNames(operations: readonly Operation[], given: ReadonlyMap<Operation, string>): string[] {
  const wanted = operations.map((operation) => given.get(operation) ?? fit(idOf(operation)));
  const counts = new Map<string, number>();
  for (const name of wanted) counts.set(name, (counts.get(name) ?? 0) + 1);
  return operations.map((operation, index) => {
    const name = wanted[index] ?? '';
    return (counts.get(name) ?? 0) < 2 ? name : marked(name, operation);
  });
}

/** What an operation is known by in settings and patterns. */
export function idOf({ operationId, method, path }: Operation): string {
  return operationId ?? `${method.toLowerCase()}_${path}`;
}

function fit(id: string): string {
  const name = id
    .replaceAll(/[{}]/g, '')
    .replaceAll(/[^A-Za-z0-9_.-]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
  if (name.length <= longest) return name === '' ? 'operation' : name;
  return `${name.slice(0, longest - 9)}_${shortHash(id)}`;
}

function marked(name: string, { method, path }: Operation): string {
  return `${name.slice(0, longest - 9)}_${shortHash(`${method} ${path}`)}`;
}
