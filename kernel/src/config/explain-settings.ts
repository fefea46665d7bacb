import { isJsonObject, type JsonValue } from '@signalbox/sdk';
import type { Settings } from './load-settings.ts';

/** One setting with its value in force and where it comes from. */
export interface ExplainedSetting {
  readonly path: string;
  readonly value: JsonValue;
  readonly source: 'default' | 'file' | `env ${string}`;
}

/** Every setting in force; values that came from a reference, and secrets, are hidden. */
export function explainSettings(settings: Settings): ExplainedSetting[] {
  const inForce = { ...settings.core, ...settings.sections } as unknown as JsonValue;
  return leaves(inForce, []).map(({ path, value }) => {
    const isSecret = settings.secretPaths.includes(path);
    return { path, value: isSecret ? '***' : value, source: sourceOf(path, settings) };
  });
}

function sourceOf(path: string, settings: Settings): ExplainedSetting['source'] {
  const variable = [...settings.fromEnvironment].find(
    ([set]) => path === set || path.startsWith(`${set}.`),
  )?.[1];
  if (variable !== undefined) return `env ${variable}`;
  return isWritten(settings.written, path.split('.')) ? 'file' : 'default';
}

function isWritten(node: JsonValue | undefined, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return node !== undefined;
  if (Array.isArray(node)) return isWritten(node[Number(first)], rest);
  return isJsonObject(node) && isWritten(node[first], rest);
}

function leaves(node: JsonValue, path: readonly string[]): { path: string; value: JsonValue }[] {
  const isBranch = (isJsonObject(node) || Array.isArray(node)) && Object.keys(node).length > 0;
  if (!isBranch) return node === undefined ? [] : [{ path: path.join('.'), value: node }];
  return Object.entries(node).flatMap(([key, value]) => leaves(value, [...path, key]));
}
