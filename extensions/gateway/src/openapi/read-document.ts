import { realpathSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { $RefParser } from '@apidevtools/json-schema-ref-parser';
import type { SafeFetcher } from '@signalbox/safe-fetch';
import {
  isJsonObject,
  isSignalboxError,
  type JsonObject,
  type JsonValue,
  SignalboxError,
} from '@signalbox/sdk';
import { parseDocument, unreadable } from './parse-document.ts';

/** Where a document is and what may be read for it. */
export interface DocumentSource {
  /** A path or an https URL. */
  readonly openapi: string;
  /** Where relative paths start. */
  readonly baseDir: string;
  readonly fetcher: SafeFetcher;
  readonly signal: AbortSignal;
}

/** A document with every reference in it local. */
export interface ReadDocument {
  readonly root: JsonObject;
  /** Where it came from; undefined for a file. */
  readonly url: string | undefined;
}

const maxBytes = 67_108_864;
const maxFiles = 200;

/**
 * Reads an OpenAPI document, JSON or YAML. References to other files are taken in: from the folder of the document and
 * below when it is a file, and through the guarded fetch when it is a URL; 200 files and 64 MiB in all at most.
 * Errors: `upstream_invalid_answer` for what cannot be read as a document, `too_large`, `upstream_unavailable`,
 * `address_refused`.
 */
export async function readDocument({
  openapi,
  baseDir,
  fetcher,
  signal,
}: DocumentSource): Promise<ReadDocument> {
  const isRemote = /^https?:/i.test(openapi);
  const budget = new ReadBudget();
  const path = isRemote ? openapi : pathToFileURL(resolve(baseDir, openapi)).href;
  const read = isRemote ? remoteReader(fetcher, signal) : fileReader(fileURLToPath(path));
  const root = parseDocument(await budget.take(() => read(path)), openapi);
  if (!isJsonObject(root)) throw unreadable(openapi, 'it is no object');
  const url = isRemote ? path : undefined;
  if (!hasForeignReference(root)) return { root, url };
  return { root: await bundle(root, path, (target) => budget.take(() => read(target))), url };
}

type Read = (address: string) => Promise<string>;

async function bundle(root: JsonObject, path: string, read: Read): Promise<JsonObject> {
  const one = {
    order: 1,
    canRead: true,
    read: ({ url }: { url: string }) => read(url.includes('://') ? url : pathToFileURL(url).href),
  };
  try {
    const bundled = await new $RefParser().bundle(
      path,
      root as object,
      {
        resolve: { file: false, http: false, one },
        parse: {
          json: false,
          binary: false,
          text: false,
          yaml: {
            order: 1,
            canParse: true,
            parse: ({ data, url }: { data: unknown; url: string }) => parseDocument(String(data), url),
          },
        },
      } as never,
    );
    return bundled as JsonObject;
  } catch (error) {
    const cause = ownError(error);
    if (cause) throw cause;
    throw unreadable(
      path,
      `its references cannot be followed (${error instanceof Error ? error.message.slice(0, 300) : 'unknown'})`,
      error,
    );
  }
}

/** The library wraps what our reader throws. */
function ownError(error: unknown): SignalboxError | undefined {
  for (let at: unknown = error, count = 0; at !== undefined && count < 5; count++) {
    if (isSignalboxError(at)) return at;
    const { cause, ioErrorCode: _code, ...rest } = at as { cause?: unknown; ioErrorCode?: unknown };
    at = cause ?? (rest as { error?: unknown }).error;
  }
  return undefined;
}

function remoteReader(fetcher: SafeFetcher, signal: AbortSignal): Read {
  return async (address) => {
    const response = await fetcher.fetch(address, {
      signal,
      maxBytes,
      headers: { accept: 'application/json, application/yaml, */*' },
    });
    if (response.status === 200) return new TextDecoder().decode(await response.bytes());
    response.cancel();
    throw unreadable(new URL(address).host, `it answered with HTTP ${response.status}`);
  };
}

/** Reads files of one folder and below, links followed before that is decided. */
function fileReader(first: string): Read {
  return async (address) => {
    const path = fileURLToPath(address);
    try {
      const folder = realpathSync(dirname(first));
      const real = realpathSync(path);
      if (path !== first && !real.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`))
        throw new SignalboxError(
          'address_refused',
          `"${path}" is not below the folder of the document; put it there`,
        );
      await using file = await open(real, 'r');
      const { size } = await file.stat();
      if (size > maxBytes)
        throw new SignalboxError('too_large', `"${path}" is longer than ${maxBytes} bytes`);
      return await file.readFile('utf8');
    } catch (error) {
      if (isSignalboxError(error)) throw error;
      throw unreadable(path, `it cannot be read (${(error as { code?: string }).code ?? 'unknown'})`, error);
    }
  };
}

/** Counts files and their length, so that references cannot make the hub read without end. */
class ReadBudget {
  #files = 0;
  #length = 0;

  async take(read: () => Promise<string>): Promise<string> {
    if (++this.#files > maxFiles) throw tooMuch(`more than ${maxFiles} files`);
    const text = await read();
    this.#length += text.length;
    if (this.#length > maxBytes) throw tooMuch(`more than ${maxBytes} bytes`);
    return text;
  }
}

function tooMuch(what: string): SignalboxError {
  return new SignalboxError('too_large', `the OpenAPI document refers to ${what}; bundle it into one file`);
}

/** How deep a document may be was seen when it was parsed. */
function hasForeignReference(node: JsonValue): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some(hasForeignReference);
  const reference = node['$ref'];
  if (typeof reference === 'string' && !reference.startsWith('#')) return true;
  return Object.values(node).some(hasForeignReference);
}
