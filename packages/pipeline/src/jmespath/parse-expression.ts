import { refuseExpression } from './expression-error.ts';
import { maxDepth } from './limits.ts';
import type { Comparison, Node, Projected } from './node.ts';
import { partsOf } from './node.ts';
import { readTokens } from './read-tokens.ts';
import { describeToken, type Token } from './token.ts';

/** How strongly each mark binds what stands before it; what is not here ends an expression. */
const strengths: { readonly [kind in Token['kind']]?: number } = {
  '|': 1,
  '||': 2,
  '&&': 3,
  '==': 5,
  '!=': 5,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  '[]': 9,
  '*': 20,
  '[?': 21,
  '.': 40,
  '[': 55,
};
const comparisonStrength = 5;
/** Marks that bind less than this end what a projection does to each value. */
const projectionEnd = 10;

/** Reads an expression. Throws `invalid_params` with the position of the first mistake. */
export function parseExpression(text: string): Node {
  return new Parser(readTokens(text)).parse();
}

type Shape = Node extends infer Each ? (Each extends Node ? Omit<Each, 'depth'> : never) : never;

/** Top-down operator precedence: `#first` reads what an expression begins with, `#next` what follows it. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #nesting = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Node {
    const node = this.#expression(0);
    if (this.#token.kind !== 'end') this.#unexpected();
    return node;
  }

  /** An expression as far as its marks bind more than `strength`. A number without quotes stands only beside a comparison. */
  #expression(strength: number, canBeNumber = false): Node {
    if (++this.#nesting > maxDepth) this.#tooDeep();
    const first = this.#token;
    let left = this.#first();
    if (first.kind === 'number' && !canBeNumber && strengths[this.#token.kind] !== comparisonStrength) {
      refuseExpression(
        'syntax',
        first.position,
        'a number stands beside a comparison or as an argument; elsewhere it has backticks',
      );
    }
    while ((strengths[this.#token.kind] ?? 0) > strength) left = this.#next(left);
    this.#nesting--;
    return left;
  }

  #first(): Node {
    const token = this.#take();
    switch (token.kind) {
      case 'literal':
      case 'number':
        return this.#make({ kind: 'literal', value: token.value });
      case 'name':
        if (this.#skip('(')) return this.#call(token.name, token.position);
        return this.#make({ kind: 'field', name: token.name, position: token.position });
      case 'quoted':
        return this.#make({ kind: 'field', name: token.name, position: token.position });
      case '@':
        return this.#make({ kind: 'current', position: token.position });
      case '!':
        return this.#make({ kind: 'not', of: this.#expression(comparisonStrength) });
      case '(':
        return this.#closed(this.#expression(0), ')');
      case '{':
        return this.#object();
      case '*':
      case '[]':
      case '[?':
        return this.#projection(this.#current(token.position), token.kind);
      case '[':
        return this.#bracket(token) ?? this.#list();
      default:
        return this.#unexpected(token);
    }
  }

  #next(left: Node): Node {
    const token = this.#take();
    switch (token.kind) {
      case '.':
        return this.#skip('*') ? this.#projection(left, '*') : this.#then(left, this.#afterDot(40));
      case '|':
        return this.#then(left, this.#expression(1));
      case '||':
        return this.#joined('or', left, this.#expression(2));
      case '&&':
        return this.#joined('and', left, this.#expression(3));
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
        return this.#compare(token.kind, left);
      case '[]':
      case '[?':
        return this.#projection(left, token.kind);
      case '[':
        return this.#bracket(token, left) ?? this.#unexpected();
      default:
        return this.#unexpected(token);
    }
  }

  #compare(comparison: Comparison, left: Node): Node {
    const right = this.#expression(comparisonStrength, true);
    return this.#make({ kind: 'compare', comparison, left, right });
  }

  #projection(of: Node, mark: '*' | '[]' | '[?'): Node {
    if (mark === '*') return this.#project(of, { over: 'members' }, '*');
    if (mark === '[]') return this.#project(of, { over: 'flattened' }, '[]');
    const condition = this.#closed(this.#expression(0), ']');
    return this.#project(of, { over: 'matching', condition }, '[?');
  }

  /** `[0]`, `[1:2]` or `[*]` after its bracket; undefined, and nothing taken, when it is none of them. */
  #bracket(bracket: Token, left?: Node): Node | undefined {
    const of = left ?? this.#current(bracket.position);
    if (this.#token.kind === '*' && this.#tokens[this.#at + 1]?.kind === ']') {
      this.#at += 2;
      return this.#project(of, { over: 'items' }, '*');
    }
    if (this.#token.kind !== 'number' && this.#token.kind !== ':') return undefined;
    const numbers = this.#numbers();
    const [start, stop, step = 1] = numbers;
    if (numbers.length === 1) return this.#then(of, this.#make({ kind: 'index', index: start ?? 0 }));
    if (step === 0) refuseExpression('invalid-value', bracket.position, 'the step of a slice cannot be 0');
    const slice = this.#then(of, this.#make({ kind: 'slice', start, stop, step }));
    return this.#project(slice, { over: 'items' }, '*');
  }

  /** The one to three numbers of an index or slice, with its closing bracket. */
  #numbers(): readonly (number | undefined)[] {
    const numbers: (number | undefined)[] = [this.#integer()];
    while (this.#skip(':')) {
      if (numbers.length === 3) this.#unexpected();
      numbers.push(this.#integer());
    }
    return this.#closed(numbers, ']');
  }

  #integer(): number | undefined {
    const token = this.#token;
    if (token.kind !== 'number') return undefined;
    if (!Number.isSafeInteger(token.value)) {
      refuseExpression('syntax', token.position, 'an index is a whole number');
    }
    this.#at++;
    return token.value;
  }

  #project(of: Node, projected: Projected, mark: '*' | '[]' | '[?'): Node {
    return this.#make({ kind: 'project', of, projected, each: this.#each(strengths[mark] ?? 0) });
  }

  /** What a projection does to each value: the rest of the path. */
  #each(strength: number): Node | undefined {
    const { kind } = this.#token;
    if (kind === '.') {
      this.#at++;
      return this.#afterDot(strength);
    }
    if (kind === '[' || kind === '[?') return this.#expression(strength);
    return (strengths[kind] ?? 0) < projectionEnd ? undefined : this.#unexpected();
  }

  #afterDot(strength: number): Node {
    const { kind } = this.#token;
    if (kind === '[') {
      this.#at++;
      return this.#list();
    }
    return kind === 'name' || kind === 'quoted' || kind === '*' || kind === '{'
      ? this.#expression(strength)
      : this.#unexpected();
  }

  #list(): Node {
    const items: Node[] = [];
    do items.push(this.#expression(0));
    while (this.#skip(','));
    return this.#make({ kind: 'list', items: this.#closed(items, ']') });
  }

  #object(): Node {
    const members: (readonly [string, Node])[] = [];
    do {
      const key = this.#take();
      if (key.kind !== 'name' && key.kind !== 'quoted') this.#unexpected(key);
      if (!this.#skip(':')) this.#unexpected();
      members.push([key.name, this.#expression(0)]);
    } while (this.#skip(','));
    return this.#make({ kind: 'object', members: this.#closed(members, '}') });
  }

  #call(name: string, position: number): Node {
    const args: Node[] = [];
    if (!this.#skip(')')) {
      do args.push(this.#argument());
      while (this.#skip(','));
      this.#closed(args, ')');
    }
    return this.#make({ kind: 'call', name, args, position });
  }

  #argument(): Node {
    return this.#skip('&')
      ? this.#make({ kind: 'for-each', of: this.#expression(0) })
      : this.#expression(0, true);
  }

  #current(position: number): Node {
    return this.#make({ kind: 'current', position });
  }

  /** Two steps one after the other. A node has one owner, so a list that grows is not copied for each of its steps. */
  #then(left: Node, right: Node): Node {
    const steps = left.kind === 'steps' ? left.steps : [left];
    for (const step of right.kind === 'steps' ? right.steps : [right]) steps.push(step);
    const depthOf = (node: Node): number => node.depth - Number(node.kind === 'steps');
    return this.#checked({ kind: 'steps', steps, depth: 1 + Math.max(depthOf(left), depthOf(right)) });
  }

  #joined(kind: 'or' | 'and', left: Node, right: Node): Node {
    const parts = left.kind === kind ? left.parts : [left];
    parts.push(right);
    return this.#checked({
      kind,
      parts,
      depth: Math.max(left.kind === kind ? left.depth : 1 + left.depth, 1 + right.depth),
    });
  }

  #make(shape: Shape): Node {
    const parts = partsOf({ ...shape, depth: 0 });
    return this.#checked({
      ...shape,
      depth: 1 + parts.reduce((most, { depth }) => Math.max(most, depth), 0),
    });
  }

  #checked(node: Node): Node {
    return node.depth > maxDepth ? this.#tooDeep() : node;
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? this.#unexpected({ kind: 'end', position: 1 });
  }

  #take(): Token {
    const token = this.#token;
    if (token.kind === 'end') this.#unexpected(token);
    this.#at++;
    return token;
  }

  #skip(kind: Token['kind']): boolean {
    const isIt = this.#token.kind === kind;
    if (isIt) this.#at++;
    return isIt;
  }

  #closed<T>(inside: T, kind: Token['kind']): T {
    return this.#skip(kind) ? inside : this.#unexpected();
  }

  #unexpected(token: Token = this.#token): never {
    refuseExpression('syntax', token.position, `${describeToken(token)} was not expected here`);
  }

  #tooDeep(): never {
    refuseExpression('limit', this.#token.position, `it is nested more than ${maxDepth} deep`);
  }
}
