import { SignalboxError } from '@signalbox/sdk';

const maxLineLength = 268_435_456;

/** The lines of a streamed answer, parsed as JSON. Throws `upstream_invalid_answer` for a line that is none. */
export async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of body) {
    const lines = decoder.decode(chunk, { stream: true }).split('\n');
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      parts.push(line);
      const text = parts.join('');
      parts = [];
      length = 0;
      if (text.trim() !== '') yield parseLine(text);
    }
    parts.push(rest);
    length += rest.length;
    if (length > maxLineLength) throw invalid('a line longer than 256 MiB');
  }
  const text = parts.join('') + decoder.decode();
  if (text.trim() !== '') yield parseLine(text);
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('a line that is not JSON');
  }
}

function invalid(what: string): SignalboxError {
  return new SignalboxError(
    'upstream_invalid_answer',
    `the hub sent ${what}; check that the address is the hub's own`,
  );
}
