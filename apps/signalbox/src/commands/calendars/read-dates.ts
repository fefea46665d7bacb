import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SignalboxError } from '@signalbox/sdk';
import { z } from 'zod';
import type { CliContext } from '../../cli-context.ts';
import { readIcalendar } from './read-icalendar.ts';

const maxCharacters = 4 * 1024 * 1024;
const date = z.iso.date();

/**
 * Dates from a file, or standard input for `-`: a date a line with comments after #, a JSON array, or an iCalendar file. Errors: `usage`
 * for one that cannot be read, with the place of what is wrong.
 */
export async function readDates(context: CliContext, path: string): Promise<string[]> {
  const text = (await readText(context, path)).replace(/^\uFEFF/, '');
  if (/^\s*BEGIN:VCALENDAR/i.test(text)) return [...readIcalendar(text)];
  if (/^\s*\[/.test(text)) return readArray(text, path);
  return text.split(/\r?\n/).flatMap((line, index) => {
    const [word = ''] = line.split('#', 1);
    return word.trim() === '' ? [] : [readDate(word.trim(), `line ${index + 1}`)];
  });
}

async function readText({ edge }: CliContext, path: string): Promise<string> {
  try {
    if (path !== '-') return checkLength(await readFile(resolve(edge.cwd, path), 'utf8'));
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of edge.stdin) {
      chunks.push(Buffer.from(chunk));
      if ((bytes += chunk.length) > maxCharacters) break;
    }
    return checkLength(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new SignalboxError('usage', `the dates cannot be read from "${path}"; check it`, { cause });
  }
}

function checkLength(text: string): string {
  if (text.length < maxCharacters) return text;
  throw new RangeError(`longer than ${maxCharacters} characters`);
}

function readArray(text: string, path: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SignalboxError('usage', `"${path}" begins like JSON and cannot be read as JSON`, { cause });
  }
  const read = z.array(z.string()).safeParse(value);
  if (!read.success) throw new SignalboxError('usage', `"${path}" is no JSON array of dates`);
  return read.data.map((each, index) => readDate(each, `entry ${index + 1}`));
}

function readDate(text: string, place: string): string {
  if (date.safeParse(text).success) return text;
  const shown = JSON.stringify(text.slice(0, 40));
  throw new SignalboxError('usage', `${place}: ${shown} is no date there is, such as 2026-12-25`);
}
