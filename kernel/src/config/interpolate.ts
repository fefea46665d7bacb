import type { JsonValue } from '@signalbox/sdk';
import type { SettingsProblem } from './settings-error.ts';

/** Where the values of `${env:…}` and `${file:…}` come from. */
export interface SecretSources {
  readonly env: { readonly [name: string]: string | undefined };
  /** The text of a file; throws when it cannot be read. */
  readonly readFile: (path: string) => string;
  /** The folder of the settings file, for `${here}`. */
  readonly here: string;
}

/** The settings with every reference replaced, the values that came from them, and what could not be found. */
export interface Interpolated {
  readonly value: JsonValue;
  readonly secrets: readonly string[];
  /** Paths whose value came from a reference. */
  readonly secretPaths: readonly string[];
  readonly problems: readonly SettingsProblem[];
}

/** Replaces `${env:NAME}`, `${env:NAME:-default}`, `${file:PATH}` and `${here}` in every text of the settings. */
export function interpolate(value: JsonValue, sources: SecretSources): Interpolated {
  const secrets: string[] = [];
  const secretPaths: string[] = [];
  const problems: SettingsProblem[] = [];
  const walk = (node: JsonValue, path: readonly string[]): JsonValue => {
    if (typeof node === 'string') return replaceIn(node, path);
    if (Array.isArray(node)) return node.map((item, index) => walk(item, [...path, String(index)]));
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, walk(item, [...path, key])]));
  };
  const replaceIn = (text: string, path: readonly string[]): string =>
    text
      .replaceAll('${here}', () => sources.here)
      .replace(reference, (whole, kind: string, body: string) => {
        const found = resolveReference(kind, body, sources);
        if (found.problem) problems.push({ path: path.join('.'), ...found.problem });
        if (found.isSecret) {
          secrets.push(found.text);
          secretPaths.push(path.join('.'));
        }
        return found.problem ? whole : found.text;
      });
  return { value: walk(value, []), secrets, secretPaths, problems };
}

const reference = /\$\{(env|file):([^}]*)\}/g;

interface Resolved {
  readonly text: string;
  readonly isSecret: boolean;
  readonly problem?: { readonly message: string; readonly hint: string };
}

function resolveReference(kind: string, body: string, sources: SecretSources): Resolved {
  return kind === 'env' ? resolveEnv(body, sources) : resolveFile(body, sources);
}

function resolveEnv(body: string, { env }: SecretSources): Resolved {
  const [name = '', fallback] = body.split(/:-(.*)/s);
  const found = env[name];
  if (found !== undefined) return { text: found, isSecret: true };
  if (fallback !== undefined) return { text: fallback, isSecret: false };
  const problem = {
    message: `the environment has no ${name}`,
    hint: `set it, or write \${env:${name}:-default}`,
  };
  return { text: '', isSecret: false, problem };
}

function resolveFile(path: string, { readFile }: SecretSources): Resolved {
  try {
    return { text: readFile(path).replace(/\r?\n$/, ''), isSecret: true };
  } catch {
    const problem = {
      message: `the file ${path} cannot be read`,
      hint: 'check the path and its permissions',
    };
    return { text: '', isSecret: false, problem };
  }
}
