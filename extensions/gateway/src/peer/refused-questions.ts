import { type Invocation, SignalboxError } from '@signalbox/sdk';
import type { InvocationLine } from './caller-line.ts';

/**
 * A call that failed because its caller could not be asked is told so, where the caller knows that error: modern ones.
 * Errors: `missing_capability` naming what the caller would have had to declare.
 */
export function checkRefused(name: string, { request }: Invocation, { refused }: InvocationLine): void {
  if (!request.takesInput || !refused) return;
  const wanted = Object.keys(refused).join(', ');
  throw new SignalboxError(
    'missing_capability',
    `upstream "${name}" needs input, but the client of this call has not declared ${wanted}`,
    { details: { requiredCapabilities: refused } },
  );
}
