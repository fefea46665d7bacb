import { SignalboxError } from '@signalbox/sdk';

/** The answer for what does not exist and for what belongs to another organization: the same bytes. */
export function notThere(kind: string, name: string): SignalboxError {
  return new SignalboxError('not_found', `there is no ${kind} "${name}" here; check the name`);
}
