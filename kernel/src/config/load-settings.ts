import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Extension, isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { type CoreSettings, coreSettings } from './core-settings.ts';
import { describeIssues } from './describe-issues.ts';
import { applyEnvironment, readEnvironmentSettings } from './environment-settings.ts';
import { interpolate } from './interpolate.ts';
import { secretPaths } from './secret-paths.ts';
import { type SettingsProblem, settingsError } from './settings-error.ts';

/** Settings, read and checked. */
export interface Settings {
  readonly core: CoreSettings;
  /** Each extension's own section, by its name. */
  readonly sections: { readonly [extension: string]: unknown };
  /** The file they came from; undefined when there is none. */
  readonly path: string | undefined;
  /** The folder relative paths start at. */
  readonly baseDir: string;
  /** The folder of keys and data, absolute. */
  readonly dataDir: string;
  /** Values that must never be written anywhere. */
  readonly secrets: readonly string[];
  /** Where values stand that came from a reference, or that the schema takes as secrets. */
  readonly secretPaths: readonly string[];
  /** Paths set by the environment, with the variable. */
  readonly fromEnvironment: ReadonlyMap<string, string>;
  /** What the file and the environment said, references unresolved. */
  readonly written: JsonObject;
}

/** What settings are read from. */
export interface SettingsSources {
  /** The settings file; absent means defaults and environment only. */
  readonly path?: string;
  /** Where relative paths start when there is no file. */
  readonly baseDir?: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** Whose sections may stand in the file. */
  readonly extensions: readonly Extension[];
}

/**
 * Reads signalbox.yaml and `SIGNALBOX_*`, resolves references, and checks everything at once.
 * Errors: `invalid_settings` with every problem, its path and a hint; `extension_failed` for a name of the hub's own.
 */
export function loadSettings(sources: SettingsSources): Settings {
  const file = sources.path === undefined ? {} : readSettingsFile(sources.path);
  const name = sources.path ?? 'the environment';
  const schema = settingsSchema(sources.extensions);
  const jsonSchema = settingsJsonSchema(sources.extensions);
  const environment = readEnvironmentSettings(sources.env, jsonSchema);
  const written = applyEnvironment(file, environment.settings);
  const baseDir = resolve(sources.path === undefined ? (sources.baseDir ?? '.') : dirname(sources.path));
  const filled = interpolate(written, {
    env: sources.env,
    readFile: (path) => readFileSync(resolve(baseDir, path), 'utf8'),
    here: baseDir,
  });
  const parsed = schema.safeParse(filled.value);
  const issues = parsed.success ? [] : describeIssues(parsed.error.issues, jsonSchema);
  const problems: SettingsProblem[] = [...environment.problems, ...filled.problems, ...issues];
  if (problems.length > 0 || !parsed.success) throw settingsError(name, problems);
  const { core, sections } = split(parsed.data);
  return {
    core,
    sections,
    path: sources.path,
    baseDir,
    dataDir: resolve(baseDir, core.dataDir),
    secrets: filled.secrets,
    secretPaths: [...new Set([...filled.secretPaths, ...secretPaths(filled.value, jsonSchema)])],
    fromEnvironment: new Map(environment.settings.map(({ path, variable }) => [path.join('.'), variable])),
    written,
  };
}

/** Reads a settings file as it is written. Errors: `invalid_settings` when it is missing or no YAML object. */
export function readSettingsFile(path: string): JsonObject {
  const document = parseDocument(readText(path), { prettyErrors: true });
  const problems = document.errors.map((error) => {
    const at = error.linePos?.[0];
    const [first = ''] = error.message.split('\n');
    const message = first.replace(/ at line \d+, column \d+:?$/, '');
    return { path: at ? `line ${at.line}, column ${at.col}` : '', message, hint: 'mend the YAML' };
  });
  if (problems.length > 0) throw settingsError(path, problems);
  const value: unknown = toValue(document, path);
  if (value === null || value === undefined) return {};
  if (!isJsonObject(value)) {
    throw settingsError(path, [
      { path: '', message: 'the file is no mapping', hint: 'write sections such as "http:"' },
    ]);
  }
  return value;
}

/** The JSON Schema of signalbox.yaml, for editors and the reference. */
export function settingsJsonSchema(extensions: readonly Extension[]): JsonObject {
  return z.toJSONSchema(settingsSchema(extensions), { io: 'input', unrepresentable: 'any' }) as JsonObject;
}

function settingsSchema(extensions: readonly Extension[]): z.ZodObject {
  const clash = extensions.find(({ name }) => Object.hasOwn(coreSettings, name));
  if (clash) {
    throw new SignalboxError(
      'extension_failed',
      `no extension can be called "${clash.name}": that section of the settings is the hub's own`,
    );
  }
  const sections = extensions.map((extension) => {
    const section = extension.description
      ? extension.config.describe(extension.description)
      : extension.config;
    return [extension.name, section instanceof z.ZodObject ? section.prefault({}) : section] as const;
  });
  return z.strictObject({ ...coreSettings, ...Object.fromEntries(sections) });
}

function split(data: Record<string, unknown>): Pick<Settings, 'core' | 'sections'> {
  const isCore = (name: string): boolean => Object.hasOwn(coreSettings, name);
  const pick = (wanted: boolean): Record<string, unknown> =>
    Object.fromEntries(Object.entries(data).filter(([name]) => isCore(name) === wanted));
  // The schema has just checked every core section.
  return { core: pick(true) as unknown as CoreSettings, sections: pick(false) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SignalboxError(
      'invalid_settings',
      `the settings file ${path} cannot be read; check the path given with --config`,
      {
        cause: error,
      },
    );
  }
}

function toValue(document: ReturnType<typeof parseDocument>, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new SignalboxError(
      'invalid_settings',
      `the settings file ${path} repeats itself too often through aliases`,
      {
        cause: error,
      },
    );
  }
}
