/** FNV-1a, 32 bits, in hexadecimal: short and the same everywhere. No protection against anybody. */
export function shortHash(text: string): string {
  let value = 0x81_1c_9d_c5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01_00_01_93);
  return (value >>> 0).toString(16).padStart(8, '0');
}
