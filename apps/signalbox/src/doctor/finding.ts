/** What one check found, and what to do about it. */
export interface Finding {
  readonly status: 'ok' | 'warn' | 'fail';
  readonly check: string;
  readonly detail: string;
  /** What to do; set where the status is not `ok`. */
  readonly todo?: string;
}

/** A check that found nothing wrong. */
export function ok(check: string, detail: string): Finding {
  return { status: 'ok', check, detail };
}

/** A check that found something to look at. */
export function warn(check: string, detail: string, todo: string): Finding {
  return { status: 'warn', check, detail, todo };
}

/** A check that found something that must be mended. */
export function fail(check: string, detail: string, todo: string): Finding {
  return { status: 'fail', check, detail, todo };
}
