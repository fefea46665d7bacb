import type { PerformMembership } from '@signalbox/sdk';

/** Makes a change at once; who is told of it is not what these tests are about. */
export const untold: PerformMembership = (_, action) => action();
