import type { Output } from './output.ts';

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };

/** A way to set a piece of text off. */
export type Paint = keyof typeof codes;

/** Sets text off where the output takes colour, else gives it as it is. */
export function paint(output: Pick<Output, 'hasColor'>, how: Paint, text: string): string {
  return output.hasColor ? `\u001b[${codes[how]}m${text}\u001b[0m` : text;
}

/** The colour a state is shown in. */
export function paintOfState(state: string): Paint {
  if (state === 'available' || state === 'ok') return 'green';
  if (state === 'connecting' || state === 'degraded' || state === 'warn') return 'yellow';
  return state === 'disabled' ? 'dim' : 'red';
}
