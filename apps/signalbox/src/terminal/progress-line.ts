import type { JsonObject } from '@signalbox/sdk';
import { cleanLine } from './clean-text.ts';
import { cutToWidth } from './display-width.ts';
import type { Output } from './output.ts';

const clearLine = '\r\u001b[2K';

/** One line on standard error that is overwritten while something runs; nothing where that is no terminal. */
export class ProgressLine {
  readonly #output: Output;
  readonly #columns: number;
  #isShown = false;

  constructor(output: Output) {
    this.#output = output;
    this.#columns = output.columns ?? 80;
  }

  /** Shows the parameters of an MCP progress notification. */
  show(progress: JsonObject): void {
    if (!this.#output.isErrorTerminal) return;
    this.#output.note(clearLine + cutToWidth(progressText(progress), this.#columns - 1));
    this.#isShown = true;
  }

  /** Takes the line away, so that something else can be written. */
  clear(): void {
    if (this.#isShown) this.#output.note(clearLine);
    this.#isShown = false;
  }
}

/** A progress notification as one line: a percentage where the total is known. */
export function progressText(params: JsonObject): string {
  const { progress, total, message } = params;
  const text = typeof message === 'string' ? cleanLine(message) : '';
  return [amountText(progress, total), text].filter((part) => part !== '').join('  ');
}

function amountText(progress: unknown, total: unknown): string {
  if (typeof progress !== 'number') return '';
  if (typeof total !== 'number' || total <= 0) return String(progress);
  const percent = Math.floor((Math.min(progress, total) / total) * 100);
  return `${String(percent).padStart(3)} %`;
}
