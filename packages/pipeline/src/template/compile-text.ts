import type { JsonValue } from '@signalbox/sdk';
import type { Budget } from '../jmespath/budget.ts';
import { failExpression } from '../jmespath/expression-error.ts';
import { measure, toText } from '../jmespath/measure.ts';
import { compileSource, type Source } from './compile-source.ts';
import { compileAt, evaluateAt, type Place, refuseAt } from './place.ts';
import { scanText, type TextPart } from './scan-text.ts';
import { readSecretName, type SecretText, writeSecret } from './secret-text.ts';
import type { Reference, Scope, TimeScope } from './template.ts';

/** What becomes of an expression that finds nothing: an error, or nothing (null, and no characters inside a text). */
export type Missing = 'error' | 'empty';

/** How a template is compiled. */
export interface TextOptions {
  readonly missing: Missing;
  /** True where a part may be a secret. */
  readonly takesSecrets: boolean;
}

/** Gives what a part of a template is now. */
type Render = (scope: Scope, time: TimeScope, budget: Budget) => JsonValue;

/** Gives a text with secrets in its parts. */
type RenderParts = (scope: Scope, time: TimeScope, budget: Budget) => SecretText;

type RenderText = (scope: Scope, time: TimeScope, budget: Budget) => string;

/** Something compiled: what it gives, and what it reads. */
export interface Rendered {
  readonly references: readonly Reference[];
  readonly isConstant: boolean;
  readonly render: Render;
  /** Names of the secrets in it. */
  readonly secrets: readonly string[];
  /** One for each of its texts that has secrets. */
  readonly secretTexts: readonly RenderParts[];
}

/** Something that is always the same. */
export function makeConstant(value: JsonValue): Rendered {
  return { references: [], isConstant: true, render: () => value, secrets: [], secretTexts: [] };
}

/** Compiles one text of a template. Throws `invalid_params` with its place and position. */
export function compileText(text: string, place: Place, { missing, takesSecrets }: TextOptions): Rendered {
  const scanned = scanText(text);
  if (!scanned.parts)
    return refuseAt(place, scanned.unclosedAt + 1, 'the ${ here is never closed; write $${ to mean it');
  const parts = scanned.parts.map((part) => compilePart(part, place, takesSecrets));
  const [only] = parts;
  if (parts.length <= 1 && only?.secret === undefined) {
    return only?.source
      ? makeRendered(parts, renderWhole(only, place, missing))
      : makeConstant(only?.text ?? '');
  }
  const renders = parts.map(
    (part): RenderText => (part.source ? renderInside(part, place, missing) : () => part.text),
  );
  const rendered = makeRendered(parts, (scope, time, budget) =>
    renders.map((render) => render(scope, time, budget)).join(''),
  );
  const secrets = parts.flatMap(({ secret }) => (secret === undefined ? [] : [secret]));
  if (secrets.length === 0) return rendered;
  const renderParts: RenderParts = (scope, time, budget) => ({
    at: place.at,
    parts: parts.map(({ secret }, index) =>
      secret === undefined ? (renders[index]?.(scope, time, budget) ?? '') : { secret },
    ),
  });
  return { ...rendered, secrets, secretTexts: [renderParts] };
}

type Part =
  | { readonly source?: undefined; readonly text: string; readonly secret?: string }
  | {
      readonly source: Source;
      readonly secret?: undefined;
      readonly position: number;
      readonly references: readonly Reference[];
    };

function compilePart(part: TextPart, place: Place, takesSecrets: boolean): Part {
  if (part.kind === 'text') return { text: part.text };
  const secret = takesSecrets ? readSecretName(part.text) : undefined;
  if (secret !== undefined) return { text: writeSecret(secret), secret };
  const source = compileAt(place, part.offset, () => compileSource(part.text));
  return { source, position: part.offset + 1, references: toReferences(source, place, part.offset) };
}

function makeRendered(parts: readonly Part[], render: Render): Rendered {
  return {
    references: parts.flatMap((part) => (part.source ? part.references : [])),
    isConstant: false,
    render,
    secrets: [],
    secretTexts: [],
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

type Spot = Extract<Part, { source: Source }>;

/** An expression that is the whole text: its value, with its type. */
function renderWhole({ source, position }: Spot, place: Place, missing: Missing): Render {
  return (scope, time, budget) =>
    evaluateAt(place, position, () => {
      const found = source.find(scope, time, budget);
      if (found === undefined) return missing === 'empty' ? null : source.failMissing(scope);
      budget.give(measure(found, budget));
      return found;
    });
}

/** An expression among other text: its value as text; null has none. */
function renderInside({ source, position }: Spot, place: Place, missing: Missing): RenderText {
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
