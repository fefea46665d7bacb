import type { ObjectNode } from '@humanwhocodes/momoa';
import { styleOf } from './json-style.ts';
import { findMember, type JsonTree, readJsonTree, spanOf } from './json-tree.ts';

/**
 * Puts `container.name` with a value into JSON text and leaves every other byte as it is: comments, trailing commas,
 * line ends and indentation stay. The text must parse; an empty one becomes a new object.
 */
export function setJsonEntry(
  text: string,
  [container, name]: readonly [string, string],
  value: object,
): string {
  const tree = treeOf(text);
  if (!tree) return `${text}${JSON.stringify({ [container]: { [name]: value } }, null, 2)}\n`;
  const found = findMember(tree.root, [container, name]);
  if (found) {
    const { start, end } = spanOf(found.member.value);
    return splice(text, { start, end }, valueText(text, value, lineIndent(text, start)));
  }
  const holder = findMember(tree.root, [container])?.member.value;
  if (holder?.type === 'Object') return insertFirst(text, holder, name, value);
  return insertFirst(text, tree.root, container, { [name]: value });
}

/** The exact text of the value at a path; undefined when there is none. */
export function jsonEntryText(text: string, path: readonly string[]): string | undefined {
  const tree = treeOf(text);
  const found = tree && findMember(tree.root, path);
  if (!found) return undefined;
  const { start, end } = spanOf(found.member.value);
  return text.slice(start, end);
}

/** Replaces the value at a path by text, byte for byte. */
export function replaceJsonEntry(text: string, path: readonly string[], raw: string): string {
  const tree = treeOf(text);
  const found = tree && findMember(tree.root, path);
  return found ? splice(text, spanOf(found.member.value), raw) : text;
}

/** Takes a member out, with its comma and the white space before it; everything else stays. */
export function removeJsonEntry(text: string, path: readonly string[]): string {
  const tree = treeOf(text);
  const found = tree && findMember(tree.root, path);
  if (!found) return text;
  const { holder, member } = found;
  const { start, end } = spanOf(member);
  const blanks = /\s*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  const cuts = [{ start: start - blanks, end }, commaOf(tree, holder, end)].filter(
    (cut) => cut !== undefined,
  );
  const cut = cuts.toSorted((a, b) => b.start - a.start).reduce((rest, span) => splice(rest, span, ''), text);
  return holder.members.length === 1 ? closeEmpty(cut, spanOf(holder).start) : cut;
}

/** The comma that goes with a member that ends here: the one behind it, else the one before it. */
function commaOf({ tokens }: JsonTree, holder: ObjectNode, end: number) {
  const { start, end: close } = spanOf(holder);
  const plain = tokens.filter(({ type }) => type !== 'LineComment' && type !== 'BlockComment');
  const next = plain.find((token) => spanOf(token).start >= end);
  if (next?.type === 'Comma' && spanOf(next).end <= close) return spanOf(next);
  const index = holder.members.findIndex((member) => spanOf(member).end === end);
  const previous = holder.members[index - 1];
  const from = previous ? spanOf(previous).end : start;
  const before = plain.find((token) => token.type === 'Comma' && spanOf(token).start >= from);
  return previous && before ? spanOf(before) : undefined;
}

function closeEmpty(text: string, at: number): string {
  const inner = /^\{(\s*)\}/.exec(text.slice(at));
  return inner ? splice(text, { start: at + 1, end: at + 1 + (inner[1]?.length ?? 0) }, '') : text;
}

/** As the first member, so that no comment comes to stand behind another member. */
function insertFirst(text: string, holder: ObjectNode, name: string, value: object): string {
  const { unit, lineEnd } = styleOf(text);
  const { start, end } = spanOf(holder);
  const outer = lineIndent(text, start);
  const inner = memberIndent(text, holder) ?? outer + unit;
  const isOpen = text.slice(start, end).includes('\n');
  const tail = holder.members.length > 0 ? ',' : isOpen ? '' : lineEnd + outer;
  const member = `${JSON.stringify(name)}: ${valueText(text, value, inner)}`;
  return splice(text, { start: start + 1, end: start + 1 }, `${lineEnd}${inner}${member}${tail}`);
}

function valueText(text: string, value: object, indent: string): string {
  const { unit, lineEnd } = styleOf(text);
  return JSON.stringify(value, null, unit).replaceAll('\n', lineEnd + indent);
}

function memberIndent(text: string, holder: ObjectNode): string | undefined {
  const [first] = holder.members;
  if (!first) return undefined;
  const { start } = spanOf(first);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  return lineStart > spanOf(holder).start ? lineIndent(text, start) : undefined;
}

/** The indentation of the line a place stands on. */
function lineIndent(text: string, at: number): string {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
}

function treeOf(text: string): JsonTree | undefined {
  return text.replace(/^\ufeff/, '').trim() === '' ? undefined : readJsonTree(text);
}

function splice(text: string, { start, end }: { start: number; end: number }, inserted: string): string {
  return text.slice(0, start) + inserted + text.slice(end);
}
