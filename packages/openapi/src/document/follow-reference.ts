import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';

const longestChain = 32;

/** What a local reference such as `#/components/schemas/Pet` points to (RFC 6901); undefined where there is nothing. */
export function resolvePointer(root: JsonValue, reference: string): JsonValue | undefined {
  if (reference === '#' || reference === '') return root;
  if (!reference.startsWith('#/')) return undefined;
  return reference.slice(2).split('/').map(decodePart).reduce<JsonValue | undefined>(step, root);
}

/** A node with its reference followed, chains too; an empty object where it leads nowhere or in a circle. */
export function followReference(root: JsonObject, node: JsonValue | undefined): JsonObject {
  let at = node;
  for (let count = 0; count < longestChain; count++) {
    if (!isJsonObject(at)) return {};
    const reference = at['$ref'];
    if (typeof reference !== 'string') return at;
    at = resolvePointer(root, reference);
  }
  return {};
}

function step(at: JsonValue | undefined, part: string): JsonValue | undefined {
  if (Array.isArray(at)) return /^\d+$/.test(part) ? at[Number(part)] : undefined;
  return isJsonObject(at) && Object.hasOwn(at, part) ? at[part] : undefined;
}

/** One part of a pointer in a fragment (RFC 6901 §6). */
export function decodePart(part: string): string {
  const plain = part.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return plain;
  }
}
