import type { JsonValue } from '@signalbox/sdk';
import type { Budget } from '../jmespath/budget.ts';
import { failExpression } from '../jmespath/expression-error.ts';
import { measure, toText } from '../jmespath/measure.ts';
import { compileSource, type Source } from './compile-source.ts';
import { compileAt, evaluateAt, type Place, refuseAt } from './place.ts';
import { scanText } from './scan-text.ts';
import type { Reference, Scope, TimeScope } from './template.ts';

/** What becomes of an expression that finds nothing: an error, or nothing (null, and no characters inside a text). */
export type Missing = 'error' | 'empty';

/** Gives what a part of a template is now. */
export type Render = (scope: Scope, time: TimeScope, budget: Budget) => JsonValue;

type RenderText = (scope: Scope, time: TimeScope, budget: Budget) => string;

/** Something compiled: what it gives, and what it reads. A constant has no `render`. */
export interface Rendered {
  readonly constant?: JsonValue;
  readonly render?: Render;
  readonly references: readonly Reference[];
}

/** Compiles one text of a template. Throws `invalid_params` with its place and position. */
export function compileText(text: string, place: Place, missing: Missing): Rendered {
  const scanned = scanText(text);
  if (!scanned.parts)
    return refuseAt(place, scanned.unclosedAt + 1, 'the ${ here is never closed; write $${ to mean it');
  const { parts } = scanned;
  const compiled = parts.map((part) => {
    if (part.kind === 'text') return part.text;
    const source = compileAt(place, part.offset, () => compileSource(part.text));
    return { source, position: part.offset + 1, references: toReferences(source, place, part.offset) };
  });
  const references = compiled.flatMap((part) => (typeof part === 'string' ? [] : part.references));
  const [only] = compiled;
  if (compiled.length === 0) return { constant: '', references };
  if (compiled.length === 1 && only !== undefined) {
    return typeof only === 'string'
      ? { constant: only, references }
      : { render: renderWhole(only.source, { place, position: only.position, missing }), references };
  }
  const renders = compiled.map(
    (part): RenderText =>
      typeof part === 'string'
        ? () => part
        : renderInside(part.source, { place, position: part.position, missing }),
  );
  return {
    render: (scope, time, budget) => renders.map((render) => render(scope, time, budget)).join(''),
    references,
  };
}

/** What a source reads, with the place it is written at. */
export function toReferences(source: Source, { at }: Place, offset: number): readonly Reference[] {
  return source.paths.map(({ names: [root, name], names, position }) => ({
    root,
    ...(name === undefined ? {} : { name }),
    path: names.join('.'),
    position: position + offset,
    at,
  }));
}

interface Spot {
  readonly place: Place;
  readonly position: number;
  readonly missing: Missing;
}

/** An expression that is the whole text: its value, with its type. */
function renderWhole(source: Source, { place, position, missing }: Spot): Render {
  return (scope, time, budget) =>
    evaluateAt(place, position, () => {
      const found = source.find(scope, time, budget);
      if (found === undefined) return missing === 'empty' ? null : source.failMissing(scope);
      budget.give(measure(found, budget));
      return found;
    });
}

/** An expression among other text: its value as text; null has none. */
function renderInside(source: Source, { place, position, missing }: Spot): RenderText {
  return (scope, time, budget) =>
    evaluateAt(place, position, () => {
      const found = source.find(scope, time, budget);
      if (found === undefined || found === null) {
        if (missing === 'empty') return '';
        if (found === undefined) return source.failMissing(scope);
        return failExpression(
          'null',
          "it is null, which is no text; give a value for this case: ${… || 'value'}",
        );
      }
      const text = toText(found, budget);
      budget.give(text.length);
      return text;
    });
}
