import type { JsonValue } from '@signalbox/sdk';
import type { Style } from '../tools/parameter-plans.ts';
import { percentEncode } from './percent-encode.ts';
import { isPlainObject, primitiveText } from './primitive-text.ts';

/** What is to be written, and how. */
export interface StyledValue {
  readonly name: string;
  readonly value: JsonValue;
  readonly style: Style;
  readonly explode: boolean;
  /** How names and values are encoded; percent-encoding where absent. */
  readonly encode?: (text: string) => string;
}

/**
 * Writes one value in a style (OpenAPI 3.1, "Style Values"; RFC 6570). For `path` styles that is what stands in the
 * path, for `form` and its kin whole `name=value` pairs joined by `&`. Objects and arrays inside are written as JSON,
 * but `deepObject` goes down as `a[b][c]=d` and `a[0]=b`, as the APIs that use it do.
 */
export function writeStyle(given: StyledValue): string {
  return writers[given.style]({ ...given, encode: given.encode ?? percentEncode });
}

type Encoded = StyledValue & { readonly encode: (text: string) => string };

const writers: { readonly [style in Style]: (given: Encoded) => string } = {
  simple: (given) => join(given, ',', ','),
  label: (given) => `.${join(given, given.explode ? '.' : ',', ',')}`,
  matrix: writeMatrix,
  form: (given) => writeForm(given, ','),
  spaceDelimited: (given) => writeForm(given, '%20'),
  pipeDelimited: (given) => writeForm(given, '%7C'),
  deepObject: ({ name, value, encode }) => deepPairs(percentEncode(name), value, encode, 0).join('&'),
};

/** A list or an object as one text: `a,b` or `k,v,l,w`, and with explode `k=v,l=w`. */
function join({ value, explode, encode }: Encoded, separator: string, pairSeparator: string): string {
  if (Array.isArray(value)) return value.map((item) => encode(primitiveText(item))).join(separator);
  if (!isPlainObject(value)) return encode(primitiveText(value));
  return Object.entries(value)
    .map(([key, item]) => `${encode(key)}${explode ? '=' : pairSeparator}${encode(primitiveText(item))}`)
    .join(separator);
}

function writeMatrix(given: Encoded): string {
  const { name, value, explode, encode } = given;
  const key = percentEncode(name);
  if (explode && Array.isArray(value))
    return value.map((item) => `;${key}=${encode(primitiveText(item))}`).join('');
  if (explode && isPlainObject(value))
    return Object.entries(value)
      .map(([member, item]) => `;${encode(member)}=${encode(primitiveText(item))}`)
      .join('');
  return `;${key}=${join(given, ',', ',')}`;
}

function writeForm({ name, value, explode, encode }: Encoded, separator: string): string {
  const key = percentEncode(name);
  if (Array.isArray(value)) {
    const items = value.map((item) => encode(primitiveText(item)));
    return explode ? items.map((item) => `${key}=${item}`).join('&') : `${key}=${items.join(separator)}`;
  }
  if (!isPlainObject(value)) return `${key}=${encode(primitiveText(value))}`;
  const pairs = Object.entries(value).map(([member, item]) => [encode(member), encode(primitiveText(item))]);
  if (explode) return pairs.map((pair) => pair.join('=')).join('&');
  return `${key}=${pairs.flat().join(separator)}`;
}

const deepest = 16;

function deepPairs(key: string, value: JsonValue, encode: (text: string) => string, depth: number): string[] {
  const inner = Array.isArray(value) || isPlainObject(value) ? Object.entries(value) : undefined;
  if (!inner || depth >= deepest) return [`${key}=${encode(primitiveText(value))}`];
  return inner.flatMap(([member, item]) =>
    deepPairs(`${key}%5B${percentEncode(member)}%5D`, item, encode, depth + 1),
  );
}
