import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { cleanLine, cleanText } from '../terminal/clean-text.ts';
import type { Output } from '../terminal/output.ts';
import { type Saver, sizeText } from './save-content.ts';

/** Prints MCP content: text as text, bytes saved where a saver is given and described in one line otherwise. */
export async function printContent(
  output: Output,
  blocks: readonly JsonValue[],
  saver: Saver | undefined,
): Promise<void> {
  for (const block of blocks) {
    if (isJsonObject(block)) await printBlock(output, block, saver);
  }
}

async function printBlock(output: Output, block: JsonObject, saver: Saver | undefined): Promise<void> {
  const { type, text, data, resource } = block;
  if (typeof text === 'string') return printText(output, text);
  if (isJsonObject(resource)) return printResource(output, resource, saver);
  if (typeof block['blob'] === 'string') return printResource(output, block, saver);
  if (typeof data === 'string') return printBytes(output, data, block, saver);
  if (type === 'resource_link')
    return output.result(`[link ${lineOf(block['uri'])} ${lineOf(block['name'])}]\n`);
  output.result(`[${lineOf(type)}]\n`);
}

function printText(output: Output, text: string): void {
  // A file or a pipe gets the bytes as they are; a terminal gets nothing that could drive it.
  const shown = output.isTerminal ? cleanText(text) : text;
  output.result(shown.endsWith('\n') ? shown : `${shown}\n`);
}

async function printResource(output: Output, resource: JsonObject, saver: Saver | undefined): Promise<void> {
  const { text, blob } = resource;
  if (typeof text === 'string') return printText(output, text);
  if (typeof blob === 'string') return printBytes(output, blob, resource, saver);
  output.result(`[resource ${lineOf(resource['uri'])}]\n`);
}

async function printBytes(
  output: Output,
  base64: string,
  block: JsonObject,
  saver: Saver | undefined,
): Promise<void> {
  const bytes = Buffer.from(base64, 'base64');
  const what = `${lineOf(block['type'] ?? 'file')} ${lineOf(block['mimeType'])} ${sizeText(bytes.length)}`;
  if (!saver) return output.result(`[${what}; keep it with --save DIR]\n`);
  const path = await saver.save(bytes, { mimeType: block['mimeType'], uri: block['uri'] });
  output.result(`[${what} saved as ${path}]\n`);
}

function lineOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? cleanLine(value) : '';
}
