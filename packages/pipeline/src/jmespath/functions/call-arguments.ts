import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import type { Budget } from '../budget.ts';
import { type FailureReason, failExpression } from '../expression-error.ts';
import { toNumber, typeOf } from '../json-type.ts';

/** What `&expression` does to one value. */
export type ForEach = (value: JsonValue) => JsonValue;

/** Characters that are compared or counted are looked at one by one. */
export const costOfEach = 8;

/** The arguments of one call, each read as what the function wants; anything else ends the evaluation with `template_failed`. */
export class CallArguments {
  readonly budget: Budget;
  readonly #name: string;
  readonly #values: readonly (JsonValue | ForEach)[];

  constructor(name: string, values: readonly (JsonValue | ForEach)[], budget: Budget) {
    this.#name = name;
    this.#values = values;
    this.budget = budget;
  }

  get length(): number {
    return this.#values.length;
  }

  any(index: number): JsonValue {
    const value = this.#values[index];
    return value === undefined || typeof value === 'function' ? null : value;
  }

  /** The values from `first` on. */
  rest(first: number): readonly JsonValue[] {
    return this.#values.slice(first).map((_, at) => this.any(first + at));
  }

  number(index: number): number {
    return toNumber(this.any(index)) ?? this.#refuse(index, 'a number');
  }

  text(index: number): string {
    const value = this.any(index);
    if (typeof value !== 'string') return this.#refuse(index, 'a string');
    this.budget.read(value.length);
    return value;
  }

  list(index: number): JsonValue[] {
    const value = this.any(index);
    if (!Array.isArray(value)) return this.#refuse(index, 'an array');
    this.budget.visit(value.length);
    return value;
  }

  object(index: number): JsonObject {
    const value = this.any(index);
    if (!isJsonObject(value)) return this.#refuse(index, 'an object');
    this.budget.visit(Object.keys(value).length * 2);
    return value;
  }

  numbers(index: number): readonly number[] {
    return this.list(index).map((item) => toNumber(item) ?? this.#refuse(index, 'an array of numbers'));
  }

  texts(index: number): readonly string[] {
    return this.list(index).map((item) =>
      typeof item === 'string' ? item : this.#refuse(index, 'an array of strings'),
    );
  }

  /** Numbers only, or strings only, since nothing else has an order. */
  sortable(index: number): readonly (number | string)[] {
    return this.#toKeys(this.list(index), index);
  }

  /** What `&expression` gives for each value of a list; numbers only, or strings only. */
  sortKeys(values: readonly JsonValue[], index: number): readonly (number | string)[] {
    return this.#toKeys(values.map(this.forEach(index)), index);
  }

  forEach(index: number): ForEach {
    const value = this.#values[index];
    return typeof value === 'function' ? (item) => value(item) : this.#refuse(index, 'an &expression');
  }

  /** Ends the evaluation because of what the arguments are, in the name of the function. */
  fail(reason: FailureReason, problem: string): never {
    failExpression(reason, `${this.#name}(): ${problem}`);
  }

  #toKeys(keys: readonly JsonValue[], index: number): readonly (number | string)[] {
    const first = keys[0];
    return keys.map((key) => {
      const known = typeof key === 'string' ? key : toNumber(key);
      if (typeof known === 'string') this.budget.read(known.length * costOfEach);
      return known !== undefined && typeof known === typeof (toNumber(first ?? null) ?? first)
        ? known
        : this.#refuse(index, 'numbers only, or strings only');
    });
  }

  #refuse(index: number, wanted: string): never {
    this.fail('invalid-type', `argument ${index + 1} has to be ${wanted}, not ${this.#describe(index)}`);
  }

  #describe(index: number): string {
    const value = this.#values[index];
    if (typeof value === 'function') return 'an &expression';
    const type = typeOf(value ?? null);
    return type === 'array' ? `an array of ${this.#itemTypes(index)}` : type;
  }

  #itemTypes(index: number): string {
    const value = this.any(index);
    const types = Array.isArray(value) ? new Set(value.map(typeOf)) : [];
    return [...types].toSorted().join(' and ') || 'nothing';
  }
}
