import type { z } from 'zod';
import { closestWord } from './closest-word.ts';
import type { SettingsProblem } from './settings-error.ts';

type Issue = z.core.$ZodIssue;

/** Turns what zod found into problems a person can mend, one for each unknown key. */
export function describeIssues(
  issues: readonly Issue[],
  schema: object,
  prefix: readonly PropertyKey[] = [],
): SettingsProblem[] {
  return issues.flatMap((issue) => describeIssue(issue, schema, prefix));
}

function describeIssue(issue: Issue, schema: object, prefix: readonly PropertyKey[]): SettingsProblem[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path);
    return issue.keys.map((key) => unknownKey([...path, key], key, known));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return describeUnion(issue.errors, schema, path);
  }
  const why = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return [{ path: path.map(String).join('.'), message: lowerFirst(why), hint: hintFor(issue) }];
}

function unknownKey(path: readonly PropertyKey[], key: string, known: readonly string[]): SettingsProblem {
  const place = path.map(String).join('.');
  if (known.includes(key)) {
    return {
      path: place,
      message: 'this cannot stand beside the others here',
      hint: 'remove it, or the others',
    };
  }
  const near = closestWord(key, known);
  const hint = near ? `did you mean "${near}"?` : known.length > 0 ? `known here: ${known.join(', ')}` : '';
  return { path: place, message: 'unknown setting', hint };
}

/** When each branch of a union lacks a setting of its own, any of them would do; else the likeliest branch speaks. */
function describeUnion(
  branches: readonly (readonly Issue[])[],
  schema: object,
  path: readonly PropertyKey[],
): SettingsProblem[] {
  const likeliest = likeliestBranch(branches);
  const lacking = branches.map((branch) => branch.find(isMissing)?.path[0]);
  if (lacking.length < 2 || lacking.includes(undefined)) return describeIssues(likeliest, schema, path);
  const names = lacking.map((name) => `"${String(name)}"`).join(' or ');
  const missing = { path: path.map(String).join('.'), message: `${names} is missing`, hint: '' };
  const others = likeliest.filter((issue) => !isMissing(issue));
  return [missing, ...describeIssues(others, schema, path)];
}

function isMissing(issue: Issue): boolean {
  // zod keeps the value out of its issues; only the message tells that there was none.
  return issue.code === 'invalid_type' && issue.path.length === 1 && issue.message.endsWith('undefined');
}

/** The branch of a union the writer most likely meant: the one with the fewest complaints. */
function likeliestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const weight = (branch: readonly Issue[]): number =>
    branch.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? 2 * issue.keys.length : 1), 0);
  return [...branches].sort((a, b) => weight(a) - weight(b))[0] ?? [];
}

function hintFor(issue: Issue): string {
  if (issue.code === 'invalid_type') return `write a value of type ${issue.expected}`;
  return '';
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The member names a JSON Schema knows at a path; through unions all of them. */
export function keysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const names = nodesAt(schema, path).flatMap((node) => Object.keys(asRecord(node['properties'])));
  return [...new Set(names)];
}

/** What a JSON Schema says at a path; through unions all of it. */
export function nodesAt(schema: unknown, path: readonly PropertyKey[]): Record<string, unknown>[] {
  const node = asRecord(schema);
  const branches = [...asList(node['anyOf']), ...asList(node['oneOf']), ...asList(node['allOf'])];
  const nodes = [node, ...branches.map(asRecord)];
  const [first, ...rest] = path;
  if (first === undefined) return nodes;
  return nodes.flatMap((each) => {
    const property =
      asRecord(each['properties'])[String(first)] ?? each['additionalProperties'] ?? each['items'];
    return typeof property === 'object' ? nodesAt(property, rest) : [];
  });
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
