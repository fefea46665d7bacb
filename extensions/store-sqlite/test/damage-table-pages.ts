import { open, stat } from 'node:fs/promises';

const pageBytes = 4_096;

/** Flips bits in the headers of some pages in the middle of a store file nobody has open. */
export async function damageTablePages(path: string): Promise<void> {
  const pages = Math.floor((await stat(path)).size / pageBytes);
  const file = await open(path, 'r+');
  try {
    for (let page = Math.floor(pages / 2); page < pages - 1; page += 3) {
      const header = Buffer.alloc(16);
      await file.read(header, 0, header.length, page * pageBytes);
      await file.write(
        header.map((byte) => byte ^ 0xff),
        0,
        header.length,
        page * pageBytes,
      );
    }
  } finally {
    await file.close();
  }
}
