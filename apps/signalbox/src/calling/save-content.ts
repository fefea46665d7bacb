import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonValue } from '@signalbox/sdk';

/** Keeps bytes of a result as files. */
export interface Saver {
  /** Writes a new file and gives its path; never over one that is there. */
  readonly save: (
    bytes: Uint8Array,
    from: { readonly mimeType: JsonValue | undefined; readonly uri: JsonValue | undefined },
  ) => Promise<string>;
}

/** Saves into a folder, which is made when needed. Names come from the URI or are numbered. */
export function createSaver(folder: string): Saver {
  let count = 0;
  return {
    save: async (bytes, { mimeType, uri }) => {
      await mkdir(folder, { recursive: true });
      count += 1;
      const name = fileName(uri, mimeType, count);
      return writeNew(folder, name, bytes);
    },
  };
}

/** A number of bytes for people. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1_048_576 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

/** A name without folders: whatever a stranger's URI says, the file lands in the folder. */
function fileName(uri: JsonValue | undefined, mimeType: JsonValue | undefined, count: number): string {
  const last = typeof uri === 'string' ? (uri.split(/[/\\?#]/).findLast((part) => part !== '') ?? '') : '';
  const safe = last
    .replaceAll(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^\.+/, '')
    .slice(0, 100);
  if (/\.[A-Za-z0-9]{1,8}$/.test(safe)) return safe;
  return `${safe === '' ? `content-${count}` : safe}.${extensionOf(mimeType)}`;
}

function extensionOf(mimeType: JsonValue | undefined): string {
  if (typeof mimeType !== 'string') return 'bin';
  const known: { readonly [type: string]: string } = {
    'image/jpeg': 'jpg',
    'image/svg+xml': 'svg',
    'audio/mpeg': 'mp3',
    'audio/wav': 'wav',
    'application/octet-stream': 'bin',
    'text/plain': 'txt',
  };
  const subtype = mimeType.split(';')[0]?.split('/')[1] ?? 'bin';
  return known[mimeType] ?? (/^[a-z0-9]{1,8}$/.test(subtype) ? subtype : 'bin');
}

async function writeNew(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  const dot = name.lastIndexOf('.');
  for (let tries = 0; ; tries++) {
    const path = join(folder, tries === 0 ? name : `${name.slice(0, dot)}-${tries}${name.slice(dot)}`);
    try {
      await writeFile(path, bytes, { flag: 'wx' });
      return path;
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!isTaken || tries > 1000) throw error;
    }
  }
}
