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

/** Refuses something that is no text with places in it. */
export function refuseValue(problem: string): never {
  throw new SignalboxError('invalid_params', problem);
}

/** Puts something somebody wrote into a message, cut where it is long. */
export function quote(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}
