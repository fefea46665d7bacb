import { toTerms } from './terms.ts';
import { type Field, fields, type SearchableTool, toDocument } from './tool-document.ts';

/** What is looked for. */
export interface ToolQuery {
  readonly text: string;
  /** Most tools in the answer. */
  readonly limit: number;
  /** Only tools of this source. */
  readonly source?: string;
}

/** The best tools for a query. */
export interface ToolHits<Tool> {
  readonly hits: readonly { readonly tool: Tool; readonly score: number }[];
  /** How many tools fit altogether. */
  readonly total: number;
  /** How many postings were read to find out: those of the query's own terms. */
  readonly postingsRead: number;
}

/** The tools that have a term, and how much of it, by their places. */
interface Postings {
  readonly places: number[];
  readonly amounts: number[];
}

const maxTerms = 64;
// How soon more of the same word stops to count; the usual value.
const saturation = 1.2;

/**
 * Tools by their words, ranked by BM25F: the counts of a word in the fields are weighted and joined before they are
 * saturated (Robertson and Zaragoza, "The Probabilistic Relevance Framework", §3.6). Immutable.
 */
export class ToolIndex<Tool extends SearchableTool> {
  readonly #tools: readonly Tool[];
  readonly #postings: ReadonlyMap<string, Postings>;
  readonly #byName: ReadonlyMap<string, number>;

  constructor(tools: readonly Tool[]) {
    this.#tools = tools;
    this.#byName = new Map(tools.map(({ name }, place) => [name, place]));
    this.#postings = buildPostings(tools);
  }

  /** The tools with a word of the query, best first; of equals the first by name. A tool's exact name puts it first. */
  search({ text, limit, source }: ToolQuery): ToolHits<Tool> {
    const scores = new Map<number, number>();
    const terms = new Set(toTerms(text).slice(0, 8 * maxTerms));
    let postingsRead = 0;
    for (const term of [...terms].slice(0, maxTerms)) {
      const postings = this.#postings.get(term);
      if (!postings) continue;
      this.#add(scores, postings);
      postingsRead += postings.places.length;
    }
    this.#raiseExact(scores, text.trim());
    const fitting = [...scores]
      .flatMap(([place, score]) => {
        const tool = this.#tools[place];
        return tool && (source === undefined || tool.source === source) ? [{ tool, score }] : [];
      })
      .sort((a, b) => b.score - a.score || byCodeUnit(a.tool.name, b.tool.name));
    return { hits: fitting.slice(0, limit), total: fitting.length, postingsRead };
  }

  #add(scores: Map<number, number>, { places, amounts }: Postings): void {
    const rarity = Math.log(1 + (this.#tools.length - places.length + 0.5) / (places.length + 0.5));
    for (const [index, place] of places.entries()) {
      const amount = amounts[index] ?? 0;
      const gain = (rarity * amount * (saturation + 1)) / (amount + saturation);
      scores.set(place, (scores.get(place) ?? 0) + gain);
    }
  }

  /** The name itself is no guess: its tool stands above all that only share words with it. */
  #raiseExact(scores: Map<number, number>, name: string): void {
    const place = this.#byName.get(name);
    if (place === undefined) return;
    let best = 0;
    for (const score of scores.values()) if (score > best) best = score;
    scores.set(place, best + 1);
  }
}

function buildPostings(tools: readonly SearchableTool[]): ReadonlyMap<string, Postings> {
  const documents = tools.map(toDocument);
  const postings = new Map<string, Postings>();
  const names = Object.keys(fields) as Field[];
  const averages = Object.fromEntries(
    names.map((name) => [name, average(documents.map((document) => document[name].length))]),
  );
  for (const [place, document] of documents.entries()) {
    const amounts = new Map<string, number>();
    for (const name of names) {
      const { weight, lengthShare } = fields[name];
      const terms = document[name];
      const length = 1 - lengthShare + (lengthShare * terms.length) / (averages[name] || 1);
      for (const term of terms) amounts.set(term, (amounts.get(term) ?? 0) + weight / length);
    }
    for (const [term, amount] of amounts) {
      const known = postings.get(term) ?? { places: [], amounts: [] };
      postings.set(term, known);
      known.places.push(place);
      known.amounts.push(amount);
    }
  }
  return postings;
}

function average(lengths: readonly number[]): number {
  return lengths.length === 0 ? 0 : lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
