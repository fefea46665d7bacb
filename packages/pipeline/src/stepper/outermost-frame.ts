import type { Frame } from './frame.ts';
import type { Machine } from './machine.ts';

/** The outermost frame of the phase; undefined between two phases. */
export function outermostFrame({ draft }: Machine): Frame | undefined {
  return Object.values(draft.frames).find(({ parent }) => parent === '');
}
