import { BlockList, isIP } from 'node:net';

/**
 * Tells whether an IP address belongs to the public internet, so that a request made for somebody else may go there.
 * IPv4: everything but the special blocks of RFC 6890 and the address clouds use for their agents. IPv6: only
 * 2000::/3, and of it not the blocks that are documentation, tunnels, or another address in disguise. What is no
 * IP address is not global.
 */
export function isGlobalAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !specialIpv4.check(address, 'ipv4');
  // A zone such as "%eth0" exists for link-local addresses only.
  if (family !== 6 || address.includes('%')) return false;
  return globalIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6');
}

const specialIpv4 = blocks('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Azure answers its machines here, with secrets.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]);

const globalIpv6 = blocks('ipv6', [['2000::', 3]]);

const specialIpv6 = blocks('ipv6', [
  // Teredo, ORCHID, benchmarking and the other assignments of RFC 2928.
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4 holds an IPv4 address (RFC 3056).
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
]);

function blocks(
  family: 'ipv4' | 'ipv6',
  subnets: readonly (readonly [address: string, prefix: number])[],
): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of subnets) list.addSubnet(address, prefix, family);
  return list;
}
