/** The seed of the fuzz tests: the same in every run, unless `FUZZ_SEED` names another. */
export function fuzzSeed(): number {
  return Number(process.env['FUZZ_SEED'] ?? 20261123);
}

/** How many inputs a fuzz test makes: its share of 100,000, or of `FUZZ_RUNS`. */
export function fuzzRuns(share: number): number {
  return Math.ceil((share * Number(process.env['FUZZ_RUNS'] ?? 100_000)) / 100_000);
}

type Mutation = (text: string, mutator: Mutator) => string | Uint8Array;

/** Makes broken messages from good ones; the same seed makes the same ones. */
export class Mutator {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number below `limit` (mulberry32). */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  }

  /** One of the messages, broken in one to three ways or in none. */
  message(messages: readonly string[]): Uint8Array {
    let bytes: Uint8Array = Buffer.from(this.pick(messages));
    for (let count = this.below(4); count > 0; count--) {
      const made = this.pick(mutations)(Buffer.from(bytes).toString('utf8'), this);
      bytes = (typeof made === 'string' ? Buffer.from(made) : made).subarray(0, 65_536);
    }
    return bytes;
  }

  /** The bytes in pieces, cut anywhere. */
  split(bytes: Uint8Array): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    for (let start = 0; start < bytes.length; ) {
      const end = Math.min(bytes.length, start + 1 + this.below(this.pick([2, 16, 4_096])));
      pieces.push(bytes.subarray(start, end));
      start = end;
    }
    return pieces;
  }
}

const values = [
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '"x"',
  '0',
  '-1',
  '1.5',
  '1e400',
  '-0',
  '9007199254740993',
  '123456789012345678901234567890',
  '{"__proto__":{"name":"x"}}',
  '"\\ud800"',
  '[[[[[[[[[[]]]]]]]]]]',
];
const keys = [
  'jsonrpc',
  'id',
  'method',
  'params',
  'result',
  'error',
  '_meta',
  '__proto__',
  'constructor',
  'name',
];
const methods = [
  '',
  'constructor',
  '__proto__',
  'tools/call/x',
  'notifications/cancelled',
  'x'.repeat(5_000),
];

const at = (text: string, mutator: Mutator): number => mutator.below(text.length + 1);

const mutations: readonly Mutation[] = [
  function flipBit(text, mutator) {
    const bytes = Buffer.from(text);
    if (bytes.length > 0) {
      const index = mutator.below(bytes.length);
      bytes[index] = (bytes[index] ?? 0) ^ (1 << mutator.below(8));
    }
    return bytes;
  },
  function truncate(text, mutator) {
    return text.slice(0, at(text, mutator));
  },
  function duplicateKey(text, mutator) {
    return text.replace('{', `{${JSON.stringify(mutator.pick(keys))}:${mutator.pick(values)},`);
  },
  function nestDeep(text, mutator) {
    const depth = mutator.pick([10, 63, 64, 65, 1_000, 20_000]);
    return text.replace(/:(?=[["{\d])/, () => `:${'['.repeat(depth)}${']'.repeat(depth)},"x":`);
  },
  function changeNumber(text, mutator) {
    return text.replace(/\d+/, () => mutator.pick(values));
  },
  function changeId(text, mutator) {
    return text.replace(/"id":("[^"]*"|\d+)/, () => `"id":${mutator.pick(values)}`);
  },
  function changeValue(text, mutator) {
    const found = [...text.matchAll(/:("[^"]*"|\d+|\{\}|\[\]|true|false|null)/g)];
    if (found.length === 0) return mutator.pick(values);
    const { 0: whole, index } = mutator.pick(found);
    return `${text.slice(0, index)}:${mutator.pick(values)}${text.slice(index + whole.length)}`;
  },
  function changeMethod(text, mutator) {
    return text.replace(/"method":"[^"]*"/, () => `"method":${JSON.stringify(mutator.pick(methods))}`);
  },
  function breakUtf8(text, mutator) {
    const bytes = Buffer.from(text);
    const index = mutator.below(bytes.length + 1);
    const broken = mutator.pick([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf8, 0x88], [0]]);
    return Buffer.concat([bytes.subarray(0, index), Buffer.from(broken), bytes.subarray(index)]);
  },
  function makeBatch(text, mutator) {
    return `[${Array.from({ length: mutator.below(4) }, () => text).join(',')}]`;
  },
  function interleave(text, mutator) {
    const index = at(text, mutator);
    return text.slice(0, index) + text + text.slice(index);
  },
  function insertNoise(text, mutator) {
    const index = at(text, mutator);
    return (
      text.slice(0, index) +
      mutator.pick(['\n', '\r\n', '\u2028', '\ufeff', '"', '\\', '}', ',', '\0']) +
      text.slice(index)
    );
  },
  function dropPiece(text, mutator) {
    const index = at(text, mutator);
    return text.slice(0, index) + text.slice(index + mutator.below(12));
  },
];
