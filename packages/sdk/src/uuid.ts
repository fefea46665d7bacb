/**
 * A UUID version 7 (RFC 9562 §5.7): time-ordered, so ids sort by creation.
 * Time and randomness come in, so the function is pure. `random` holds at least 10 bytes from `at` on.
 */
export function uuidv7(nowMs: number, random: Uint8Array, at = 0): string {
  const time = nowMs.toString(16).padStart(12, '0');
  const byte = (index: number): string => hexPairs[random[at + index] ?? 0] ?? '00';
  const variant = hexPairs[0x80 | ((random[at + 2] ?? 0) & 0x3f)] ?? '80';
  const first = `${time.slice(0, 8)}-${time.slice(8)}-7${byte(0).charAt(1)}${byte(1)}-${variant}${byte(3)}-`;
  return `${first}${byte(4)}${byte(5)}${byte(6)}${byte(7)}${byte(8)}${byte(9)}`;
}

const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
