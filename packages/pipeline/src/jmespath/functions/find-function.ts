import { extraFunctions } from './extra-functions.ts';
import type { LanguageFunction } from './language-function.ts';
import { listFunctions } from './list-functions.ts';
import { numberFunctions } from './number-functions.ts';
import { textFunctions } from './text-functions.ts';

const functions: ReadonlyMap<string, LanguageFunction> = new Map(
  [numberFunctions, textFunctions, listFunctions, extraFunctions].flatMap((each) => Object.entries(each)),
);

/** Finds a function by its name, if there is one. */
export function findFunction(name: string): LanguageFunction | undefined {
  return functions.get(name);
}
