import type { StepDefinition } from '../definition/step-definition.ts';
import type { Surroundings } from './surroundings.ts';

/** What goes before what in a list where some step says `needs`. */
export interface Graph {
  /** For each step those that go directly before it. */
  readonly after: readonly (readonly number[])[];
  /** For each step all that go before it. */
  readonly ancestors: readonly (readonly number[])[];
}

/**
 * Reads `needs`; undefined where no step has it. A step without it needs the one above. Only steps further up can be needed, so
 * that there is no circle; reports what is not.
 */
export function planGraph(
  definitions: readonly StepDefinition[],
  report: Surroundings['report'],
  at: string,
): Graph | undefined {
  if (definitions.every(({ needs }) => needs === undefined)) return undefined;
  const places = new Map(definitions.map(({ id }, index) => [id, index]));
  const after = definitions.map(({ needs }, index) => {
    if (needs === undefined) return index === 0 ? [] : [index - 1];
    return needs.flatMap((id, each) => {
      const place = places.get(id);
      if (place !== undefined && place < index) return [place];
      report(`${at}.${index}.needs.${each}`, tellProblem(id, place));
      return [];
    });
  });
  const ancestors: number[][] = [];
  for (const direct of after)
    ancestors.push([...new Set(direct.flatMap((each) => [...(ancestors[each] ?? []), each]))]);
  return { after, ancestors };
}

function tellProblem(id: string, place: number | undefined): string {
  return place === undefined
    ? `"${id}" is no step of the same list`
    : `"${id}" does not stand above, so that steps could wait for each other in a circle; put it further up`;
}
