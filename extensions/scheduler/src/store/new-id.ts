import { randomBytes } from 'node:crypto';
import { type Clock, uuidv7 } from '@signalbox/sdk';

/** A new id; ids sort by the time they were made. */
export function newId(clock: Clock): string {
  return uuidv7(clock.now(), randomBytes(10));
}
