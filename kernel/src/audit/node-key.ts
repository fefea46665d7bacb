import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { join } from 'node:path';
import { SignalboxError } from '@signalbox/sdk';
import { placeFile, readOwnFile } from '../access/own-file.ts';

/** Who this hub is in the audit: a key pair, and a name that follows from it. */
export interface NodeKey {
  readonly node: string;
  /** SPKI, base64 of DER. */
  readonly publicKey: string;
  /** ES256 (RFC 7518 §3.4) of a text, base64url. */
  readonly sign: (text: string) => string;
}

const what = 'audit key';

/**
 * Reads the key that signs the audit of a data folder, or mints one (0600).
 * Errors: `invalid_settings` when the file is readable by others, is a link, is damaged, or cannot be written.
 */
export function openNodeKey(dataDir: string): NodeKey {
  const path = join(dataDir, 'audit-node.key');
  const text = readOwnFile(path, what) ?? mint(path);
  const privateKey = parse(text, path);
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
  return {
    node: nodeOf(publicKey),
    publicKey,
    sign: (signed) =>
      sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString(
        'base64url',
      ),
  };
}

/** The name of the node with this key: 128 bits of its hash, so that no other key can take the name. */
export function nodeOf(publicKey: string): string {
  return hash('sha256', Buffer.from(publicKey, 'base64'), 'hex').slice(0, 32);
}

/** True when the text was signed with the key that belongs to this public one; false, too, for what is no key. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), type: 'spki', format: 'der' });
    const bytes = Buffer.from(signature, 'base64url');
    return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, bytes);
  } catch {
    return false;
  }
}

function mint(path: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const text = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim();
  return placeFile(path, text, what) ? text : (readOwnFile(path, what) ?? text);
}

function parse(text: string, path: string): KeyObject {
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  } catch {
    // Said below.
  }
  throw new SignalboxError(
    'invalid_settings',
    `the ${what} ${path} is damaged; put it back from a backup, or delete it: a new node then begins new chains`,
  );
}
