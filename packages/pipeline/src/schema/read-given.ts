import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { SchemaFault } from './schema-fault.ts';

/** What stands at a keyword, and where: read as what it has to be, refused as a fault of the schema otherwise. */
export interface Given {
  readonly value: JsonValue;
  readonly pointer: string;
}

export function readNumber({ value, pointer }: Given): number {
  if (typeof value === 'number') return value;
  throw new SchemaFault(pointer, 'has to be a number');
}

export function readCount({ value, pointer }: Given): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new SchemaFault(pointer, 'has to be a whole number of at least 0');
}

export function readText({ value, pointer }: Given): string {
  if (typeof value === 'string') return value;
  throw new SchemaFault(pointer, 'has to be a text');
}

export function readList({ value, pointer }: Given): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  throw new SchemaFault(pointer, 'has to be a list');
}

export function readTexts(given: Given): readonly string[] {
  return readList(given).map((value, index) => readText({ value, pointer: `${given.pointer}/${index}` }));
}

export function readObject({ value, pointer }: Given): JsonObject {
  if (isJsonObject(value)) return value;
  throw new SchemaFault(pointer, 'has to be an object');
}
