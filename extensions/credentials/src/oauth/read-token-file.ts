import { open } from 'node:fs/promises';
import { SignalboxError } from '@signalbox/sdk';

const maxBytes = 65_536;

/** Reads a token a platform keeps in a file; never more of it than a token may have. Errors: `upstream_refused`. */
export async function readTokenFile(
  upstream: string,
  setting: string,
  path: string | undefined,
): Promise<string> {
  const text = await readBounded(path ?? '').catch(() => '');
  const token = text.trim();
  if (token !== '' && text.length <= maxBytes) return token;
  throw new SignalboxError(
    'upstream_refused',
    `credentials.${setting} of upstream "${upstream}" names no file with a token; check that the platform puts it there`,
  );
}

async function readBounded(path: string): Promise<string> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes + 1), 0, maxBytes + 1, 0);
  return buffer.toString('latin1', 0, bytesRead);
}
