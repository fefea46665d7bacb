import { hash } from 'node:crypto';
import { type Principal, systemClock } from '@signalbox/sdk';
import { VerifiedTokens } from '../../extensions/auth/src/verify/verified-tokens.ts';

const rounds = 200_000;
const principal: Principal = { kind: 'user', id: 'ada', org: 'local', level: 'trusted' };

/** How long the verifier takes for a token it has verified within the last minute, beside the hash it is found by. */
export function measureTokenCache(): { readonly hitNs: number; readonly hashNs: number } {
  const verified = new VerifiedTokens(systemClock);
  const tokens = Array.from({ length: 1_000 }, (_, index) => `eyJ${String(index).padStart(700, 'x')}`);
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
