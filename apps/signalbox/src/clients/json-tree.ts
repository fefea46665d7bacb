import { type MemberNode, type ObjectNode, parse, type Token } from '@humanwhocodes/momoa';

/** Where something stands in the text: from its first character to behind its last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** JSON text with comments as a tree of places, for edits that leave every other byte as it is. */
export interface JsonTree {
  readonly root: ObjectNode;
  readonly tokens: readonly Token[];
}

/** Reads text that parses as an object; places count from its very start, a byte order mark included. */
export function readJsonTree(text: string): JsonTree | undefined {
  const options = { mode: 'jsonc', ranges: true, tokens: true, allowTrailingCommas: true } as const;
  const { body, tokens } = parse(text.replace(/^\ufeff/, ' '), options);
  return body.type === 'Object' ? { root: body, tokens: tokens ?? [] } : undefined;
}

/** A member at a path with the object that holds it; the last one where a name stands twice, as parsers take it. */
export function findMember(
  root: ObjectNode,
  path: readonly string[],
): { readonly holder: ObjectNode; readonly member: MemberNode } | undefined {
  const [first, ...rest] = path;
  const member = root.members.findLast(
    ({ name }) => (name.type === 'String' ? name.value : name.name) === first,
  );
  if (!member) return undefined;
  if (rest.length === 0) return { holder: root, member };
  return member.value.type === 'Object' ? findMember(member.value, rest) : undefined;
}

/** The place of a node. */
export function spanOf(node: { readonly range?: readonly number[] | undefined }): Span {
  const [start = 0, end = 0] = node.range ?? [];
  return { start, end };
}
