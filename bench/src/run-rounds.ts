import { type Case, measure, type Sample } from './measure.ts';

/** How long and how often. */
export interface Effort {
  readonly rounds: number;
  readonly durationMs: number;
  readonly connections: readonly number[];
}

const warmRequests = 15_000;
const warmTurnMs = 2_000;
const maxWarmTurns = 6;

/** Measures every case in each round, in an order drawn anew: each round meets the same machine. */
export async function runRounds(
  cases: readonly Case[],
  effort: Effort,
  progress: (text: string) => void,
): Promise<Sample[]> {
  for (const each of cases) await warmUp(each);
  const samples: Sample[] = [];
  for (const connections of effort.connections) {
    for (let round = 1; round <= effort.rounds; round++) {
      for (const each of shuffled(cases)) samples.push(await measure(each, connections, effort.durationMs));
      progress(`${connections} connections, round ${round} of ${effort.rounds}`);
    }
  }
  return samples;
}

/** A slow machine needs longer until everything that is often run is compiled. */
async function warmUp(each: Case): Promise<void> {
  let requests = 0;
  for (let turn = 0; turn < maxWarmTurns && requests < warmRequests; turn++)
    requests += (await measure(each, 16, warmTurnMs)).requests;
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
