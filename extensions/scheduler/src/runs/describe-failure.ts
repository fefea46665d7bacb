import type { RunDetail } from '@signalbox/sdk';

/** How a run ended that did not succeed, for who called for it: which, where and why. */
export function describeFailure({ id, title, status, error }: RunDetail): string {
  const where = error?.step === undefined ? '' : ` at the step "${error.step}"`;
  const why = error ? `: ${error.message}` : '';
  return `the run ${id} of "${title}" ${endOf(status)}${where}${why}`;
}

function endOf(status: RunDetail['status']): string {
  if (status === 'canceled') return 'was canceled';
  return status === 'timed_out' ? 'took too long' : 'failed';
}
