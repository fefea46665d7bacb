import { isJsonObject } from '@signalbox/sdk';

/** A member of an answer that has to be text. */
export function textOf(value: unknown, name: string): string {
  const text = isJsonObject(value) ? value[name] : undefined;
  if (typeof text === 'string') return text;
  throw new TypeError(`no "${name}" in ${JSON.stringify(value)}`);
}
