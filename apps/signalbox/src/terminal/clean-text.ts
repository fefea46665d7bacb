import { stripVTControlCharacters } from 'node:util';

const bidirectional = /[\u202a-\u202e\u2066-\u2069]/gu;
const controls = /(?![\n\t])\p{Cc}/gu;

/**
 * Text of somebody else made safe to show: no escape sequences, no control characters but line ends and tabs, no
 * marks that reverse the direction of writing.
 */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll('\r\n', '\n')
    .replace(controls, '')
    .replace(bidirectional, '');
}

/** The same on one line. */
export function cleanLine(text: string): string {
  return cleanText(text).replaceAll(/\s+/g, ' ').trim();
}
