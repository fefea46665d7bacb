import { stringify } from 'smol-toml';

/** Puts the table `container.name` into TOML text: over the one that is there, else at the end. */
export function setTomlEntry(
  text: string,
  [container, name]: readonly [string, string],
  value: object,
): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const table = stringify({ [container]: { [name]: value } })
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== `[${container}]`)
    .join(lineEnd)
    .trim();
  const found = findTable(text, container, name);
  if (found) return `${text.slice(0, found.start)}${table}${lineEnd}${text.slice(found.end)}`;
  const gap = text.trim() === '' ? '' : text.endsWith('\n') ? lineEnd : lineEnd + lineEnd;
  return `${text}${gap}${table}${lineEnd}`;
}

/** The exact text of the table with its inner tables; undefined when there is none. */
export function tomlEntryText(
  text: string,
  [container = '', name = '']: readonly string[],
): string | undefined {
  const found = findTable(text, container, name);
  return found && text.slice(found.start, found.end);
}

/** Replaces the table by text, byte for byte. */
export function replaceTomlEntry(
  text: string,
  [container = '', name = '']: readonly string[],
  raw: string,
): string {
  const found = findTable(text, container, name);
  return found ? text.slice(0, found.start) + raw + text.slice(found.end) : text;
}

/** Takes the table out, with the blank line before it. */
export function removeTomlEntry(text: string, [container = '', name = '']: readonly string[]): string {
  const found = findTable(text, container, name);
  if (!found) return text;
  const before = text.slice(0, found.start).replace(/(\r?\n)\r?\n$/, '$1');
  return before + text.slice(found.end);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where a table stands: from its header to the last line that belongs to it or to one of its inner tables. */
function findTable(text: string, container: string, name: string): Span | undefined {
  let start: number | undefined;
  let end = 0;
  let isInside = false;
  for (const line of linesOf(text)) {
    if (line.header !== undefined) {
      isInside = isTableOf(line.header, container, name);
      if (start !== undefined && !isInside) break;
      if (isInside) start ??= line.start;
    }
    if (isInside && line.isContent) end = line.end;
  }
  return start === undefined ? undefined : { start, end };
}

function isTableOf(header: string, container: string, name: string): boolean {
  const parts = [...header.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|([\w-]+)/g)].map(
    ([, basic, literal, bare]) => basic ?? literal ?? bare,
  );
  return parts[0] === container && parts[1] === name;
}

interface Line extends Span {
  /** The text between the brackets of a table's header. */
  readonly header: string | undefined;
  /** False for blank lines and comments, which may belong to what follows. */
  readonly isContent: boolean;
}

function* linesOf(text: string): Generator<Line> {
  let start = 0;
  let open: string | undefined;
  while (start < text.length) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found + 1;
    const line = text.slice(start, end);
    const wasOpen = open !== undefined;
    open = openAfter(line, open);
    const header = wasOpen ? undefined : /^\s*\[\[?([^\]]*)\]/.exec(line)?.[1];
    yield { start, end, header, isContent: wasOpen || !/^\s*(?:#|$)/.test(line) };
    start = end;
  }
}

/** What stays open after a line: the quotes of a multi-line string, or `[` of a list. */
function openAfter(line: string, open: string | undefined): string | undefined {
  let state = open;
  let rest = state === undefined && /^\s*\[/.test(line) ? '' : line;
  while (rest !== '') {
    if (state === undefined || state.endsWith('[')) {
      const token = /"""|'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#.*|[[\]]/.exec(rest);
      if (!token) break;
      rest = rest.slice(token.index + token[0].length);
      state = nextState(state, token[0]);
      continue;
    }
    const quote = state.slice(-3);
    const close = quote === '"""' ? /(?<!\\)(?:\\\\)*"""/.exec(rest) : /'''/.exec(rest);
    if (!close) break;
    rest = rest.slice(close.index + close[0].length);
    state = state.length > 3 ? state.slice(0, -3) : undefined;
  }
  return state;
}

function nextState(state: string | undefined, token: string): string | undefined {
  if (token === '"""' || token === "'''") return `${state ?? ''}${token}`;
  if (token === '[') return `${state ?? ''}[`;
  if (token === ']') return state === undefined || state.length <= 1 ? undefined : state.slice(0, -1);
  return state;
}
