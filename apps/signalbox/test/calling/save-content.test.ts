import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSaver } from '../../src/calling/save-content.ts';

test('names come from the URI, stay in the folder, and nothing is written over', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-save-'));
  try {
    const saver = createSaver(join(folder, 'new'));
    const bytes = new Uint8Array([1, 2, 3]);
    await saver.save(bytes, { mimeType: 'image/png', uri: undefined });
    await saver.save(bytes, { mimeType: 'image/jpeg', uri: 'file:///a/logo.jpg' });
    await saver.save(bytes, { mimeType: 'image/jpeg', uri: 'file:///b/logo.jpg' });
    await saver.save(bytes, { mimeType: 'x/y+z;q', uri: '../../../../etc/..passwd' });
    await saver.save(bytes, { mimeType: 'text/plain', uri: 'file:///..%2f..%2fx' });
    expect(readdirSync(folder)).toEqual(['new']);
    expect(readdirSync(join(folder, 'new')).toSorted()).toEqual(
      ['_2f.._2fx.txt', 'content-1.png', 'logo-1.jpg', 'logo.jpg', 'passwd.bin'].toSorted(),
    );
    expect(readFileSync(join(folder, 'new', 'logo.jpg'))).toEqual(Buffer.from(bytes));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
