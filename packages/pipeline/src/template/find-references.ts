import { refuseExpression } from '../jmespath/expression-error.ts';
import { type Node, partsOf } from '../jmespath/node.ts';

/** A path an expression begins with: its names, and the character it stands at, counted from 1. */
export interface ReadPath {
  readonly names: readonly [root: string, ...names: string[]];
  readonly position: number;
}

/**
 * Finds what an expression reads of the scope. Inside `[?…]`, `&…` and behind a path, names mean members of what was found.
 * Throws `invalid_params` for one that reads the scope itself, such as `@` or `*`: nobody could say what that shows.
 */
export function findReferences(node: Node): readonly ReadPath[] {
  const paths: ReadPath[] = [];
  collect(node, paths);
  return paths;
}

function collect(node: Node, paths: ReadPath[]): void {
  switch (node.kind) {
    case 'for-each':
      return;
    case 'current':
      return refuseWhole(node.position);
    case 'field':
      paths.push({ names: [node.name], position: node.position });
      return;
    case 'steps':
      return collectSteps(node.steps, paths);
    case 'project':
      return collect(node.of, paths);
    default:
      for (const part of partsOf(node)) collect(part, paths);
  }
}

function collectSteps(steps: readonly Node[], paths: ReadPath[]): void {
  const [first, ...others] = steps;
  if (first?.kind === 'field') {
    paths.push({ names: [first.name, ...namesOf(others)], position: first.position });
  } else if (first?.kind === 'current') {
    const next = others[0];
    if (!next || next.kind === 'index' || next.kind === 'slice') refuseWhole(first.position);
    collectSteps(others, paths);
  } else if (first) collect(first, paths);
}

/** The plain names some steps begin with. */
function namesOf(steps: readonly Node[]): readonly string[] {
  const names: string[] = [];
  for (const step of steps) {
    if (step.kind === 'field') names.push(step.name);
    else {
      if (step.kind === 'project') names.push(...namesOf([step.of]));
      if (step.kind === 'steps') names.push(...namesOf(step.steps));
      break;
    }
  }
  return names;
}

function refuseWhole(position: number): never {
  refuseExpression(
    'syntax',
    position,
    'this would read everything there is; begin with a name such as params, steps or event',
  );
}
