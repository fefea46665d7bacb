import { toSafeNumber } from '@signalbox/store';
import { TypeOverrides, types } from 'pg';

/**
 * How one pool reads columns, so that both dialects give the same values: whole numbers as safe numbers
 * (a lossy one is refused with `invalid_params`), bytes as plain Uint8Array. Other pools are not touched.
 */
export function createTypeParsers(): TypeOverrides {
  const parsers = new TypeOverrides();
  parsers.setTypeParser(types.builtins.INT8, toSafeNumber);
  parsers.setTypeParser(types.builtins.NUMERIC, parseNumeric);
  parsers.setTypeParser(types.builtins.BYTEA, parseBytes);
  return parsers;
}

function parseNumeric(text: string): number {
  return text.includes('.') ? Number(text) : toSafeNumber(text);
}

function parseBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice('\\x'.length), 'hex'));
}
