import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, isSignalboxError, type JsonValue } from '@signalbox/sdk';
import { compileExpression } from '../../src/index.ts';

const folder = new URL('suite/', import.meta.url);

/** A case of the suite that came out otherwise. */
export interface Deviation {
  readonly file: string;
  readonly expression: string;
  readonly wanted: JsonValue;
  readonly got: JsonValue;
}

/** Runs every case of the official suite that has a result or an error; errors have to be of the kind it names. */
export function runCompliance(): { readonly cases: number; readonly deviations: readonly Deviation[] } {
  let cases = 0;
  const deviations: Deviation[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const groups: JsonValue = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
    for (const { given, expression, wanted } of casesOf(groups)) {
      cases++;
      const got = evaluate(expression, given);
      if (!isDeepStrictEqual(got, wanted)) deviations.push({ file, expression, wanted, got });
    }
  }
  return { cases, deviations };
}

function casesOf(groups: JsonValue): readonly { given: JsonValue; expression: string; wanted: JsonValue }[] {
  return listOf(groups).flatMap((group) =>
    listOf(group['cases'] ?? []).flatMap((each) => {
      const expression = each['expression'];
      const isCase = 'result' in each || 'error' in each;
      if (!isCase || typeof expression !== 'string') return [];
      const wanted: JsonValue = 'error' in each ? { error: each['error'] ?? null } : (each['result'] ?? null);
      return [{ given: group['given'] ?? null, expression, wanted }];
    }),
  );
}

function listOf(value: JsonValue) {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function evaluate(expression: string, given: JsonValue): JsonValue {
  try {
    return compileExpression(expression).search(given);
  } catch (error) {
    const details = isSignalboxError(error) ? error.details : undefined;
    return { error: isJsonObject(details) ? (details['reason'] ?? null) : String(error) };
  }
}
