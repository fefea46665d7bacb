import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { tellClientAddress } from '@signalbox/sdk';

/** The proxies in front of the hub whose word about a client's address counts. */
export class TrustedProxies {
  readonly #list = new BlockList();
  readonly #isEmpty: boolean;

  /** Takes addresses and networks in CIDR form, as the settings have checked them. */
  constructor(proxies: readonly string[]) {
    this.#isEmpty = proxies.length === 0;
    for (const each of proxies) {
      const [address = '', bits] = each.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      this.#list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
    }
  }

  /** Whether an address is one of them. */
  has(address: string | undefined): boolean {
    if (this.#isEmpty || address === undefined) return false;
    const plain = plainAddress(address);
    const version = isIP(plain);
    return version !== 0 && this.#list.check(plain, version === 6 ? 'ipv6' : 'ipv4');
  }

  /**
   * Takes over the address a proxy tells of: of `X-Forwarded-For` the last that is no proxy of ours, because what stands
   * before it the client has written itself. What is no address leaves the proxy's own.
   */
  readonly note = (request: IncomingMessage): void => {
    if (!this.has(request.socket.remoteAddress)) return;
    const header = request.headers['x-forwarded-for'] ?? '';
    const hops = (Array.isArray(header) ? header.join(',') : header).split(',').map((each) => each.trim());
    const client = hops.reverse().find((each) => !this.has(each));
    if (client !== undefined && isIP(plainAddress(client)) !== 0) tellClientAddress(request, client);
  };
}

function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
