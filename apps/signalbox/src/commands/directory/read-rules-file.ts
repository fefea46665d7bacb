import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type RuleDefinition, ruleDefinition } from '@signalbox/policy';
import { SignalboxError } from '@signalbox/sdk';
import { z } from 'zod';
import type { CliContext } from '../../cli-context.ts';

const maxBytes = 1024 * 1024;
const oneOrMany = z.union([
  z.array(ruleDefinition).min(1),
  z.strictObject({ rules: z.array(ruleDefinition).min(1) }).transform(({ rules }) => rules),
  ruleDefinition.transform((rule) => [rule]),
]);

/**
 * Reads rules from a file of YAML or JSON: one rule, a list, or `rules:` with a list.
 * Errors: `usage` for a file that cannot be read, or holds no rules, with each problem and its place.
 */
export async function readRulesFile({ edge }: CliContext, path: string): Promise<RuleDefinition[]> {
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    const text = await readFile(resolve(edge.cwd, path), 'utf8');
    if (text.length > maxBytes) throw new RangeError('longer than 1 MiB');
    value = parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    throw new SignalboxError('usage', `the rules file "${path}" cannot be read as YAML or JSON; check it`, {
      cause,
    });
  }
  const read = oneOrMany.safeParse(value);
  if (read.success) return read.data;
  throw new SignalboxError('usage', `the rules file "${path}" does not fit: ${problemsOf(value)}`);
}

/** The problems of the form that was meant; a union names those of every form. */
function problemsOf(value: unknown): string {
  const list = Array.isArray(value) ? value : hasRules(value) ? value.rules : [value];
  const all = z.array(ruleDefinition).min(1).safeParse(list).error?.issues ?? [];
  return all
    .slice(0, 20)
    .map(({ path, message }) => `${path.map(String).join('.') || '(root)'}: ${message}`)
    .join('; ');
}

function hasRules(value: unknown): value is { readonly rules: unknown } {
  return typeof value === 'object' && value !== null && 'rules' in value;
}
