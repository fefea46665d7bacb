/** One event of a stream. */
export interface StreamEvent {
  readonly name: string;
  readonly data: string;
}

/** Reads the events of a response until it ends; comments are left out. */
export async function* readEvents(response: Response): AsyncGenerator<StreamEvent> {
  let text = '';
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = `${text}${piece}`.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = readBlock(block);
      if (event.data !== '') yield event;
    }
  }
}

function readBlock(block: string): StreamEvent {
  const lines = block.split('\n');
  const valueOf = (field: string): string[] =>
    lines.filter((line) => line.startsWith(`${field}: `)).map((line) => line.slice(field.length + 2));
  return { name: valueOf('event')[0] ?? 'message', data: valueOf('data').join('\n') };
}
