import { quote, refuse, refuseValue, requireAscii, type TextPosition } from '../definition/refuse.ts';
import { maxRecurrence } from '../definition/schedule-definition.ts';

/** One property as RFC 5545 3.1 writes it, unfolded; `at` says where in the text a character of it stood. */
export interface ContentLine {
  readonly name: string;
  readonly nameAt: number;
  readonly parameters: readonly LineParameter[];
  readonly value: string;
  readonly valueAt: number;
  readonly at: (index: number) => TextPosition;
}

/** `TZID=Europe/Chisinau` and its like, before the colon. */
interface LineParameter {
  readonly name: string;
  readonly value: string;
  readonly index: number;
}

/** Refuses a recurrence because of something at one place of a line. */
export function refuseAt(line: ContentLine, index: number, problem: string): never {
  refuse('rrule', line.at(index), problem);
}

/** How long one property may be once it is unfolded. */
const maxLineLength = 16_000;

/** Splits text or lines into properties; a line that begins with a rule part and has no name is an RRULE. */
export function readContentLines(rule: string | readonly string[]): readonly ContentLine[] {
  const text = typeof rule === 'string' ? rule : rule.join('\n');
  if (text.length > maxRecurrence) refuseValue(`rrule: there are more than ${maxRecurrence} characters`);
  requireAscii('rrule', text);
  return unfold(text).map(readLine);
}

interface RawLine {
  text: string;
  readonly pieces: { readonly start: number; readonly line: number; readonly column: number }[];
}

/** A line that begins with a space goes on the one before (RFC 5545 3.1). */
function unfold(text: string): readonly RawLine[] {
  const lines: RawLine[] = [];
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const current = lines.at(-1);
    if (/^[ \t]/.test(raw) && raw.trim() !== '' && current) {
      current.pieces.push({ start: current.text.length, line: index + 1, column: 2 });
      current.text += raw.slice(1);
      if (current.text.length > maxLineLength)
        refuse(
          'rrule',
          { line: index + 1, column: 2 },
          `the line is longer than ${maxLineLength} characters`,
        );
    } else if (raw.trim() !== '') {
      const column = raw.length - raw.trimStart().length + 1;
      lines.push({ text: raw.trimStart(), pieces: [{ start: 0, line: index + 1, column }] });
    }
  }
  for (const line of lines) line.text = line.text.trimEnd();
  return lines;
}

function readLine({ text, pieces }: RawLine): ContentLine {
  const at = (index: number): TextPosition => {
    const piece = pieces.findLast(({ start }) => start <= index) ?? { start: 0, line: 1, column: 1 };
    return { line: piece.line, column: piece.column + index - piece.start };
  };
  const name = /^[A-Za-z][A-Za-z0-9-]*(?=[:;])/.exec(text)?.[0];
  if (name === undefined) return { name: 'RRULE', nameAt: 0, parameters: [], value: text, valueAt: 0, at };
  const parameters: LineParameter[] = [];
  let index = name.length;
  while (text[index] === ';') {
    const match = /^([A-Za-z][A-Za-z0-9-]*)=("[^"]*"|[^";:,]*)/.exec(text.slice(index + 1));
    if (!match) refuse('rrule', at(index + 1), `${quote(text.slice(index + 1))} is no parameter`);
    const value = (match[2] ?? '').replaceAll('"', '');
    parameters.push({ name: (match[1] ?? '').toUpperCase(), value, index: index + 1 });
    index += match[0].length + 1;
  }
  if (text[index] !== ':') refuse('rrule', at(index), `${name.toUpperCase()} has no ":" before its value`);
  const valueAt = index + 1;
  return { name: name.toUpperCase(), nameAt: 0, parameters, value: text.slice(valueAt), valueAt, at };
}
