import type { AskAnswer } from '@signalbox/api';
import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import { cleanLine, cleanText } from '../terminal/clean-text.ts';
import type { Prompter } from '../terminal/prompter.ts';
import { type ElicitationField, readFields } from './elicitation-field.ts';
import { parseFieldAnswer } from './parse-field-answer.ts';

const maxTries = 5;

/**
 * Puts an elicitation to the person at the terminal: a form field by field, or a URL to open.
 * Declining is the person's `d`; Ctrl-C cancels.
 */
export async function answerElicitation(
  params: JsonObject,
  prompter: Prompter,
  signal: AbortSignal,
): Promise<AskAnswer> {
  const message =
    typeof params['message'] === 'string' ? cleanText(params['message']) : 'The tool asks for input.';
  prompter.tell(`\n${message}\n`);
  if (params['mode'] === 'url') return answerUrl(params, prompter, signal);
  const schema = isJsonObject(params['requestedSchema']) ? params['requestedSchema'] : {};
  return answerForm(readFields(schema), prompter, signal);
}

async function answerUrl(params: JsonObject, prompter: Prompter, signal: AbortSignal): Promise<AskAnswer> {
  const url = typeof params['url'] === 'string' ? URL.parse(params['url']) : null;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    prompter.tell('It names no web address, so it is declined.\n');
    return { action: 'decline' };
  }
  prompter.tell(`It wants you to open a page of ${url.host}:\n  ${cleanLine(url.href)}\n`);
  const line = await prompter.ask('Open it in a browser, then press Enter (d declines): ', signal);
  if (line === undefined) return { action: 'cancel' };
  return isDecline(line) ? { action: 'decline' } : { action: 'accept' };
}

async function answerForm(
  fields: readonly ElicitationField[],
  prompter: Prompter,
  signal: AbortSignal,
): Promise<AskAnswer> {
  const start = await prompter.ask('Press Enter to answer (d declines, Ctrl-C cancels): ', signal);
  if (start === undefined) return { action: 'cancel' };
  if (isDecline(start)) return { action: 'decline' };
  const content: JsonObject = {};
  for (const field of fields) {
    const answer = await askField(field, prompter, signal);
    if (answer === undefined) return { action: 'cancel' };
    if (answer.kind === 'value') content[field.name] = answer.value;
  }
  return { action: 'accept', content };
}

async function askField(field: ElicitationField, prompter: Prompter, signal: AbortSignal) {
  if (field.description !== undefined) prompter.tell(`  ${cleanLine(field.description)}\n`);
  for (const [index, choice] of field.choices.entries())
    prompter.tell(`    ${index + 1}) ${cleanLine(choice.title)}\n`);
  for (let tries = 0; tries < maxTries; tries++) {
    const line = await prompter.ask(questionOf(field), signal);
    if (line === undefined) return undefined;
    const answer = parseFieldAnswer(field, line);
    if (answer.kind !== 'problem') return answer;
    prompter.tell(`  ${answer.problem}\n`);
  }
  prompter.tell('  no usable answer, so the call is cancelled\n');
  return undefined;
}

function questionOf(field: ElicitationField): string {
  const kinds = {
    text: '',
    number: 'number',
    integer: 'whole number',
    boolean: 'yes/no',
    choice: 'number or name',
    choices: 'several, with commas',
    json: 'JSON',
  };
  const notes = [kinds[field.kind], field.isRequired ? '' : 'optional']
    .filter((note) => note !== '')
    .join(', ');
  const fallback = field.defaultValue === undefined ? '' : ` [${cleanLine(textOf(field.defaultValue))}]`;
  return `  ${cleanLine(field.title)}${notes === '' ? '' : ` (${notes})`}${fallback}: `;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isDecline(line: string): boolean {
  return /^d(?:ecline)?$/i.test(line.trim());
}
