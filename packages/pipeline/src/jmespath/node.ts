import type { JsonValue } from '@signalbox/sdk';

/** How two values may be compared. */
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** Which values of what it is applied to a projection goes through. */
export type Projected =
  | { readonly over: 'items' | 'members' | 'flattened' }
  | { readonly over: 'matching'; readonly condition: Node };

/** A part of an expression. Steps one after the other are one node, so that a long path is not a deep one. */
export type Node = { readonly depth: number } & (
  | { readonly kind: 'field'; readonly name: string; readonly position: number }
  | { readonly kind: 'index'; readonly index: number }
  | {
      readonly kind: 'slice';
      readonly start: number | undefined;
      readonly stop: number | undefined;
      readonly step: number;
    }
  | { readonly kind: 'current'; readonly position: number }
  | { readonly kind: 'literal'; readonly value: JsonValue }
  | { readonly kind: 'steps'; readonly steps: Node[] }
  | {
      readonly kind: 'project';
      readonly of: Node;
      readonly projected: Projected;
      /** What becomes of each value; absent when it stays as it is. */
      readonly each: Node | undefined;
    }
  | { readonly kind: 'or' | 'and'; readonly parts: Node[] }
  | { readonly kind: 'not'; readonly of: Node }
  | { readonly kind: 'compare'; readonly comparison: Comparison; readonly left: Node; readonly right: Node }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [name: string, value: Node])[] }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly Node[];
      readonly position: number;
    }
  | { readonly kind: 'for-each'; readonly of: Node }
);

/** The nodes a node is made of, in the order they are written. */
export function partsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'steps':
      return node.steps;
    case 'project':
      return [
        node.of,
        ...(node.projected.over === 'matching' ? [node.projected.condition] : []),
        ...(node.each ? [node.each] : []),
      ];
    case 'or':
    case 'and':
      return node.parts;
    case 'not':
    case 'for-each':
      return [node.of];
    case 'compare':
      return [node.left, node.right];
    case 'list':
      return node.items;
    case 'object':
      return node.members.map(([, value]) => value);
    case 'call':
      return node.args;
    default:
      return [];
  }
}
