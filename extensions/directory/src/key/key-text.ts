import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const form = /^sbx_key_([0-9a-f]{32})_[0-9a-f]{40}_([0-9a-f]{8})$/;

/** `sbx_key_{id}_{160 random bits}_{CRC-32}`, all in lower-case hexadecimal; the id is that of the row without its dashes. */
export function mintKey(id: string, random: Uint8Array = randomBytes(20)): string {
  const body = `sbx_key_${id.replaceAll('-', '')}_${Buffer.from(random).toString('hex')}`;
  return `${body}_${checkOf(body)}`;
}

/** The id of the row a key names; undefined for anything that is no key, which no store needs to be asked about. */
export function readKeyId(text: string): string | undefined {
  const found = form.exec(text);
  const hex = found?.[1];
  if (hex === undefined || checkOf(text.slice(0, -9)) !== found?.[2]) return undefined;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function checkOf(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}
