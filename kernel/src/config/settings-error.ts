import { SignalboxError } from '@signalbox/sdk';

/** One thing wrong in the settings. */
export interface SettingsProblem {
  /** Where: member names joined by dots, or the line and column of the file. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

/** Every problem at once, one line each. */
export function settingsError(source: string, problems: readonly SettingsProblem[]): SignalboxError {
  const lines = problems.map(
    ({ path, message, hint }) => `  ${path || '(whole file)'}: ${message}${hint ? ` – ${hint}` : ''}`,
  );
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  return new SignalboxError('invalid_settings', `${source} has ${count}:\n${lines.join('\n')}`, {
    details: problems.map((problem) => ({ ...problem })),
  });
}
