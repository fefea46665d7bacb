import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isJsonObject, SignalboxError } from '@signalbox/sdk';

const timeoutMs = 2_000;
const maxBytes = 4_096;

/**
 * Makes sure that what answers at an address holds the owner key, without showing it the key: after a hub was killed,
 * anybody may listen on the address it left in `hub.json`. Errors: `hub_unreachable`.
 */
export async function proveHub(url: string, ownerKey: string): Promise<void> {
  const nonce = randomBytes(32).toString('hex');
  const answer = await askForProof(url, nonce);
  const wanted = createHmac('sha256', ownerKey).update(`signalbox-proof:${nonce}`).digest();
  const given = Buffer.from(answer ?? '', 'hex');
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new SignalboxError(
    'hub_unreachable',
    `what answers at ${url} is not the hub of this data folder; start it with "signalbox up"`,
  );
}

/** The proof as it was told; undefined for any other answer. */
async function askForProof(url: string, nonce: string): Promise<string | undefined> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await fetch(new URL(`/local/proof?nonce=${nonce}`, url), { redirect: 'manual', signal });
    const text = await readStart(answer);
    const said: unknown = answer.ok ? JSON.parse(text) : undefined;
    const proof = isJsonObject(said) ? said['proof'] : undefined;
    return typeof proof === 'string' ? proof : undefined;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw new SignalboxError(
      'hub_unreachable',
      `no hub answers at ${url}; start one with "signalbox up" or name another with --url`,
      { cause },
    );
  }
}

/** A stranger may answer without end; a proof is short. */
async function readStart(answer: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > maxBytes) break;
  }
  return text;
}
