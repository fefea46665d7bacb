import { BlockList, isIP } from 'node:net';
import { SignalboxError } from '@signalbox/sdk';

/** True when an address is among addresses and networks; one that is not known is among none. */
export function isAllowedAddress(allowed: readonly string[], address: string | undefined): boolean {
  const plain = address?.replace(/^::ffff:(?=\d+\.)/i, '') ?? '';
  const family = isIP(plain);
  return family !== 0 && listOf(allowed).check(plain, family === 6 ? 'ipv6' : 'ipv4');
}

/** Errors: `invalid_params` for what is no IP address and no network in CIDR form (RFC 4632, RFC 4291 §2.3). */
export function checkAddresses(allowed: readonly string[]): void {
  for (const each of allowed) {
    if (readNetwork(each)) continue;
    throw new SignalboxError(
      'invalid_params',
      `"${each}" is no IP address and no network; write 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32`,
    );
  }
}

function listOf(allowed: readonly string[]): BlockList {
  const list = new BlockList();
  for (const each of allowed) {
    const network = readNetwork(each);
    if (network) list.addSubnet(network.address, network.bits, network.family);
  }
  return list;
}

function readNetwork(
  text: string,
): { readonly address: string; readonly bits: number; readonly family: 'ipv4' | 'ipv6' } | undefined {
  const [address = '', bitsText, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0 || address.includes('%')) return undefined;
  const most = version === 6 ? 128 : 32;
  const bits = bitsText === undefined ? most : Number(bitsText);
  if (bitsText !== undefined && !/^\d{1,3}$/.test(bitsText)) return undefined;
  return bits > most ? undefined : { address, bits, family: version === 6 ? 'ipv6' : 'ipv4' };
}
