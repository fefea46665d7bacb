export { FakeClock } from './fake-clock.ts';
export { fuzzRuns, fuzzSeed, Mutator } from './mutator.ts';
export { startTestHub, stranger, type TestHub, type TestHubOptions } from './start-test-hub.ts';
