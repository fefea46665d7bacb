import {
  isJsonObject,
  type JsonValue,
  type Redact,
  redactArguments,
  redacted,
  redactUrl,
} from '@signalbox/sdk';
import type { Settings } from './load-settings.ts';

/** One setting with its value in force and where it comes from. */
export interface ExplainedSetting {
  readonly path: string;
  readonly value: JsonValue;
  readonly source: 'default' | 'file' | `env ${string}`;
}

const shortestSecret = 6;

/**
 * Every setting in force; values that came from a reference, and secrets, are hidden, and of all others what addresses and
 * argument lists may hold, whatever extension they belong to.
 */
export function explainSettings(settings: Settings): ExplainedSetting[] {
  const inForce = { ...settings.core, ...settings.sections } as unknown as JsonValue;
  const isSecret = (path: string): boolean => settings.secretPaths.includes(path);
  const hidden = leaves(inForce, []).flatMap(({ path, value }) =>
    isSecret(path) && typeof value === 'string' ? value : [],
  );
  const redact = secretsRedactor([...settings.secrets, ...hidden]);
  return leaves(shownOf(inForce), []).map(({ path, value }) => ({
    path,
    value: isSecret(path) ? '***' : typeof value === 'string' ? redact(value) : value,
    source: sourceOf(path, settings),
  }));
}

/** Blots out what is hidden in one place and repeated in another; shorter texts stand anywhere. */
function secretsRedactor(secrets: readonly string[]): Redact {
  const long = [...new Set(secrets)].filter((secret) => secret.trim().length >= shortestSecret);
  long.sort((a, b) => b.length - a.length);
  return (text) => long.reduce((rest, secret) => rest.replaceAll(secret, redacted), text);
}

/** Lists of texts may be the arguments of a program, and any text may be an address. */
function shownOf(node: JsonValue): JsonValue {
  if (typeof node === 'string') return redactUrl(node);
  if (Array.isArray(node)) return isTexts(node) ? redactArguments(node) : node.map(shownOf);
  if (!isJsonObject(node)) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, shownOf(value)]));
}

function isTexts(list: readonly JsonValue[]): list is readonly string[] {
  return list.every((item) => typeof item === 'string');
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
