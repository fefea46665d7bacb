import { SignalboxError } from '@signalbox/sdk';

/** Where in a text something is wrong; both count from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** Refuses a text as `invalid_params`: what it is, where, and what is wrong; the place is in the details, too. */
export function refuse(subject: string, { line, column }: TextPosition, problem: string): never {
  throw new SignalboxError('invalid_params', `${subject}, line ${line}, column ${column}: ${problem}`, {
    details: { line, column },
  });
}

/** Refuses a text with a character that is neither ASCII nor blank: some are letters of ASCII once they are in upper case. */
export function requireAscii(subject: string, text: string): void {
  const index = text.search(/[^\t\r\n -~]/);
  if (index < 0) return;
  const before = text.slice(0, index).split(/\r\n|\n|\r/);
  const column = (before.at(-1) ?? '').length + 1;
  const code = (text.codePointAt(index) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  refuse(subject, { line: before.length, column }, `the character U+${code} cannot be in it`);
}

/** Refuses something that is no text with places in it. */
export function refuseValue(problem: string): never {
  throw new SignalboxError('invalid_params', problem);
}

/** Puts something somebody wrote into a message, cut where it is long. */
export function quote(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}
