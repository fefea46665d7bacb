import type { Operation } from '../document/read-operations.ts';
import { idOf } from './tool-name.ts';

/** Which operations become tools. */
export interface Selection {
  /** All of them where absent or empty. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/**
 * Keeps the operations that fit one of `include` and none of `exclude`. A pattern is an operationId, `tag:NAME` or
 * `METHOD /path`; `*` stands for any characters.
 */
export function selectOperations(
  operations: readonly Operation[],
  { include = [], exclude = [] }: Selection,
): Operation[] {
  return operations.filter(
    (operation) =>
      (include.length === 0 || include.some((pattern) => fits(operation, pattern))) &&
      !exclude.some((pattern) => fits(operation, pattern)),
  );
}

function fits(operation: Operation, pattern: string): boolean {
  if (pattern.startsWith('tag:')) return operation.tags.some((tag) => matches(tag, pattern.slice(4)));
  const isPath = /^\S+ +\//.test(pattern);
  return isPath
    ? matches(`${operation.method} ${operation.path}`, pattern.replace(/ +/, ' '))
    : matches(idOf(operation), pattern);
}

/** Greedy from the left: for `*` alone that finds a fit whenever there is one, in linear steps. */
function matches(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
