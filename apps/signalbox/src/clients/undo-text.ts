import { isJsonObject, SignalboxError } from '@signalbox/sdk';
import type { ClientFile } from './client-files.ts';
import { checkEdit, connectText, entryIn, entryName } from './connect-text.ts';
import { jsonEntryText, removeJsonEntry, replaceJsonEntry } from './edit-json.ts';
import { removeTomlEntry, replaceTomlEntry, tomlEntryText } from './edit-toml.ts';
import { isSignalbox } from './is-signalbox.ts';
import { parseConfig } from './parse-config.ts';

type Target = Pick<ClientFile, 'path' | 'syntax' | 'container'>;

/** What was there before we connected: the text, or that there was no file. */
export type Before = { readonly text: string } | 'no-file' | 'unknown';

/** What undoing leaves: a text, or no file. */
export type Undone = { readonly text: string; readonly isExact: boolean } | 'no-file';

/**
 * Takes our entry out again. A file nobody touched since becomes what it was, byte for byte; in one that was edited
 * only our entry goes, or what stood in its place comes back.
 * Errors: `not_found` when we are not in the file, `conflict` when the entry is not ours any more.
 */
export function undoText(current: string, before: Before, target: Target, hubUrl?: string): Undone {
  const parsed = parseConfig(current, target.syntax, target.path);
  const entry = entryIn(parsed, target.container);
  if (!entry) {
    throw new SignalboxError(
      'not_found',
      `"${target.path}" has no entry "${entryName}"; there is nothing to undo`,
    );
  }
  if (!isSignalbox(entry, hubUrl)) {
    throw new SignalboxError(
      'conflict',
      `the entry "${entryName}" in "${target.path}" does not lead to Signalbox; it is not ours to remove`,
    );
  }
  const original = before === 'no-file' ? '' : before === 'unknown' ? undefined : before.text;
  if (original !== undefined && isUntouched(current, original, target, entry)) {
    return before === 'no-file' ? 'no-file' : { text: original, isExact: true };
  }
  const text = editOut(current, original, target);
  const old =
    original === undefined
      ? undefined
      : entryIn(parseConfig(original, target.syntax, target.path), target.container);
  checkEdit(parsed, text, target, old);
  return { text, isExact: false };
}

function isUntouched(current: string, original: string, target: Target, entry: object): boolean {
  try {
    return connectText(original, target, entry) === current;
  } catch {
    return false;
  }
}

function editOut(current: string, original: string | undefined, target: Target): string {
  const path = [target.container, entryName];
  const isToml = target.syntax === 'toml';
  const read = isToml ? tomlEntryText : jsonEntryText;
  const raw = original === undefined ? undefined : read(original, path);
  if (raw !== undefined) return (isToml ? replaceTomlEntry : replaceJsonEntry)(current, path, raw);
  if (isToml) return removeTomlEntry(current, path);
  const without = removeJsonEntry(current, path);
  const isOurContainer = original !== undefined && jsonEntryText(original, [target.container]) === undefined;
  return isOurContainer && isEmptyAt(without, target)
    ? removeJsonEntry(without, [target.container])
    : without;
}

function isEmptyAt(text: string, { container, syntax, path }: Target): boolean {
  const holder = parseConfig(text, syntax, path)[container];
  return isJsonObject(holder) && Object.keys(holder).length === 0;
}
