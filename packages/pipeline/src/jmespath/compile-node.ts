import { isJsonObject, type JsonValue } from '@signalbox/sdk';
import type { Budget } from './budget.ts';
import { compareValues } from './compare.ts';
import { compileCall } from './compile-call.ts';
import type { Evaluate } from './evaluate.ts';
import { isTruthy, memberOf, setMember } from './json-type.ts';
import type { Node, Projected } from './node.ts';

/** Makes a function of a node; it goes as deep as the node does, whatever the data. Throws `invalid_params` for calls that cannot work. */
export function compileNode(node: Node): Evaluate {
  const evaluate = compileKind(node);
  return (value, budget) => {
    budget.visit();
    return evaluate(value, budget);
  };
}

function compileKind(node: Node): Evaluate {
  switch (node.kind) {
    case 'field':
      return (value) => memberOf(value, node.name);
    case 'index':
      return (value) => (Array.isArray(value) ? value.at(node.index) : undefined);
    case 'slice':
      return (value, budget) => (Array.isArray(value) ? slice(value, node, budget) : undefined);
    case 'current':
      return (value) => value;
    case 'literal':
      return () => node.value;
    case 'steps':
      return compileSteps(node.steps.map(compileNode));
    case 'project':
      return compileProjection(node.of, node.projected, node.each);
    case 'or':
      return compileParts(node.parts.map(compileNode), true);
    case 'and':
      return compileParts(node.parts.map(compileNode), false);
    case 'not':
      return compileNot(compileNode(node.of));
    case 'compare': {
      const [left, right] = [compileNode(node.left), compileNode(node.right)];
      return (value, budget) =>
        compareValues(node.comparison, left(value, budget) ?? null, right(value, budget) ?? null, budget);
    }
    case 'list':
      return compileList(node.items.map(compileNode));
    case 'object':
      return compileObject(node.members.map(([name, value]) => [name, compileNode(value)]));
    case 'call':
      return compileCall(node, compileNode);
    default:
      return compileNode(node.of);
  }
}

function compileSteps(steps: readonly Evaluate[]): Evaluate {
  return (value, budget) => {
    let found = value;
    for (const step of steps) found = step(found, budget);
    return found;
  };
}

/** The first part that is true, or with `isOr` false the first that is not; otherwise the last. */
function compileParts(parts: readonly Evaluate[], isOr: boolean): Evaluate {
  return (value, budget) => {
    let found: JsonValue | undefined;
    for (const part of parts) {
      found = part(value, budget);
      if (isTruthy(found, budget) === isOr) return found;
    }
    return found;
  };
}

function compileNot(of: Evaluate): Evaluate {
  return (value, budget) => !isTruthy(of(value, budget), budget);
}

function compileList(items: readonly Evaluate[]): Evaluate {
  return (value, budget) =>
    value === null || value === undefined ? undefined : items.map((item) => item(value, budget) ?? null);
}

function compileObject(members: readonly (readonly [string, Evaluate])[]): Evaluate {
  return (value, budget) => {
    if (value === null || value === undefined) return undefined;
    const object: Record<string, JsonValue> = {};
    for (const [name, member] of members) setMember(object, name, member(value, budget) ?? null);
    return object;
  };
}

function compileProjection(of: Node, projected: Projected, each: Node | undefined): Evaluate {
  const source = compileNode(of);
  const choose = compileProjected(projected);
  const change = each ? compileNode(each) : undefined;
  return (value, budget) => {
    const chosen = choose(source(value, budget), budget);
    if (!chosen) return undefined;
    const found: JsonValue[] = [];
    for (const item of chosen) {
      budget.visit();
      const changed = change ? change(item, budget) : item;
      if (changed !== null && changed !== undefined) found.push(changed);
    }
    return found;
  };
}

type Choose = (value: JsonValue | undefined, budget: Budget) => readonly JsonValue[] | undefined;

function compileProjected(projected: Projected): Choose {
  switch (projected.over) {
    case 'items':
      return (value) => (Array.isArray(value) ? value : undefined);
    case 'members':
      return (value) => (isJsonObject(value) ? Object.values(value) : undefined);
    case 'flattened':
      return (value, budget) => (Array.isArray(value) ? flatten(value, budget) : undefined);
    default: {
      const condition = compileNode(projected.condition);
      return (value, budget) =>
        Array.isArray(value) ? value.filter((item) => isTruthy(condition(item, budget), budget)) : undefined;
    }
  }
}

function flatten(values: readonly JsonValue[], budget: Budget): readonly JsonValue[] {
  const flat: JsonValue[] = [];
  for (const value of values) {
    budget.visit(Array.isArray(value) ? value.length : 1);
    if (Array.isArray(value)) for (const inner of value) flat.push(inner);
    else flat.push(value);
  }
  return flat;
}

/** A slice as Python has it: what is left out is the end the step comes from or goes to, and what is outside is the end itself. */
function slice(
  values: readonly JsonValue[],
  {
    start,
    stop,
    step,
  }: { readonly start: number | undefined; readonly stop: number | undefined; readonly step: number },
  budget: Budget,
): JsonValue[] {
  const { length } = values;
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (place: number): number =>
    Math.min(Math.max(place < 0 ? place + length : place, lowest), highest);
  const first = start === undefined ? (step > 0 ? lowest : highest) : clamp(start);
  const end = stop === undefined ? (step > 0 ? highest : lowest) : clamp(stop);
  const chosen: JsonValue[] = [];
  for (let at = first; step > 0 ? at < end : at > end; at += step) {
    budget.visit();
    const value = values[at];
    if (value !== undefined) chosen.push(value);
  }
  return chosen;
}
