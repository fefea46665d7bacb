import { hash } from 'node:crypto';
import { type Principal, systemClock } from '@signalbox/sdk';
import { VerifiedTokens } from '../../extensions/auth/src/verify/verified-tokens.ts';
import { reportYardstick, type Yardstick } from './yardstick.ts';

const rounds = 200_000;
const tokenLength = 703;
const principal: Principal = { kind: 'user', id: 'ada', org: 'local', level: 'trusted' };

/** A hit, and the hash of the token that is part of it, in nanoseconds. */
export interface TokenSample {
  readonly hitNs: number;
  readonly hashNs: number;
}

const goalNs = 1_000;

/** The figures and the goal. */
export function reportTokenCache({ hitNs, hashNs }: TokenSample, yardstick: Yardstick): string {
  const verdict = (ns: number): string =>
    `hit ${ns.toFixed(0)} ns (goal ≤ ${goalNs})  ${ns <= goalNs ? 'met' : 'MISSED'}`;
  return [
    `a token of ${tokenLength} characters; ${hashNs.toFixed(0)} ns of a hit are its hash`,
    reportYardstick(yardstick),
    `token cache, by this machine's clock:   ${verdict(hitNs)}`,
    `token cache, by the yardstick:          ${verdict(hitNs / yardstick.slowness)}`,
  ].join('\n');
}

/** How long the verifier takes for a token it has verified within the last minute, beside the hash it is found by. */
export function measureTokenCache(): TokenSample {
  const verified = new VerifiedTokens(systemClock);
  const tokens = Array.from(
    { length: 1_000 },
    (_, index) => `eyJ${String(index).padStart(tokenLength - 3, 'x')}`,
  );
  const expiresAt = systemClock.now() + 600_000;
  for (const token of tokens)
    verified.add(token, { principal, resource: 'http://127.0.0.1/mcp', expiresAt }, verified.drops);
  const hitNs = medianNs((index) => verified.find(tokens[index % 1_000] ?? ''));
  const hashNs = medianNs((index) => hash('sha256', tokens[index % 1_000] ?? '', 'base64'));
  return { hitNs, hashNs };
}

/** The median of eleven runs, each of many rounds, after one to warm up. */
function medianNs(action: (index: number) => unknown): number {
  const run = (): number => {
    const start = process.hrtime.bigint();
    for (let index = 0; index < rounds; index++) action(index);
    return Number(process.hrtime.bigint() - start) / rounds;
  };
  run();
  return Array.from({ length: 11 }, run).sort((a, b) => a - b)[5] ?? 0;
}
