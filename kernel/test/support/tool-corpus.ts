import type { JsonObject, SourceEntry } from '@signalbox/sdk';

/** What one service does, as `verb: objects`, with a word about it. */
interface Service {
  readonly about: string;
  readonly verbs: readonly string[];
  readonly things: readonly string[];
  /** How it writes names. */
  readonly style: 'snake' | 'camel' | 'kebab';
}

const services: { readonly [id: string]: Service } = {
  github: {
    about: 'GitHub repository',
    verbs: ['create', 'list', 'get', 'update', 'close'],
    things: ['issue', 'pull request', 'branch', 'release', 'label', 'milestone', 'gist', 'workflow run'],
    style: 'snake',
  },
  mail: {
    about: 'mailbox',
    verbs: ['send', 'search', 'read', 'delete', 'archive'],
    things: ['message', 'draft', 'attachment', 'folder', 'filter'],
    style: 'camel',
  },
  calendar: {
    about: 'calendar',
    verbs: ['create', 'list', 'move', 'cancel', 'update'],
    things: ['event', 'reminder', 'meeting room', 'invitation', 'availability'],
    style: 'kebab',
  },
  database: {
    about: 'PostgreSQL database',
    verbs: ['query', 'describe', 'create', 'drop', 'list'],
    things: ['table', 'index', 'view', 'schema', 'row', 'migration'],
    style: 'snake',
  },
  kubernetes: {
    about: 'Kubernetes cluster',
    verbs: ['get', 'list', 'scale', 'restart', 'delete'],
    things: ['pod', 'deployment', 'node', 'service', 'secret', 'config map', 'namespace'],
    style: 'camel',
  },
  shop: {
    about: 'online shop',
    verbs: ['create', 'refund', 'list', 'update', 'cancel'],
    things: ['order', 'invoice', 'product', 'customer', 'coupon', 'shipment'],
    style: 'snake',
  },
  chat: {
    about: 'team chat',
    verbs: ['post', 'list', 'search', 'pin', 'delete'],
    things: ['message', 'channel', 'thread', 'reaction', 'member', 'emoji'],
    style: 'kebab',
  },
  wiki: {
    about: 'wiki of the company',
    verbs: ['create', 'read', 'search', 'move', 'export'],
    things: ['page', 'space', 'comment', 'template', 'revision', 'attachment'],
    style: 'camel',
  },
  maps: {
    about: 'map',
    verbs: ['find', 'plan', 'measure', 'describe', 'save'],
    things: ['route', 'place', 'distance', 'address', 'elevation'],
    style: 'snake',
  },
  monitor: {
    about: 'monitoring',
    verbs: ['list', 'silence', 'acknowledge', 'query', 'create'],
    things: ['alert', 'metric', 'dashboard', 'log line', 'trace', 'incident'],
    style: 'kebab',
  },
};

/** Tools with a name and purpose of their own, as real servers have them beside the regular ones. */
const special: readonly [source: string, name: string, description: string, parameters: JsonObject][] = [
  [
    'files',
    'read_text_file',
    'Read the complete contents of a file from the file system as text.',
    { path: 'Where the file is' },
  ],
  [
    'files',
    'write_file',
    'Create a new file or completely overwrite an existing file with new content.',
    { path: 'Where the file is', content: 'The new text' },
  ],
  [
    'files',
    'directory_tree',
    'Get a recursive tree view of files and directories as JSON.',
    { path: 'Where to begin' },
  ],
  [
    'files',
    'move_file',
    'Move or rename files and directories.',
    { source: 'What to move', destination: 'Where to' },
  ],
  [
    'weather',
    'getForecast',
    'Weather for the next days.',
    { latitude: 'Degrees north', longitude: 'Degrees east' },
  ],
  [
    'browser',
    'browser_take_screenshot',
    'Take a screenshot of the current page as an image.',
    { fullPage: 'The whole scrollable page' },
  ],
  ['browser', 'browser_navigate', 'Open a web page by its address.', { url: 'The address to go to' }],
  ['math', 'convertUnits', 'Turns a quantity into another unit.', { currency: 'Exchange rate to use' }],
];

/** More than 300 tools of a dozen sources, by source. */
export function toolCorpus(): ReadonlyMap<string, readonly SourceEntry[]> {
  const bySource = new Map<string, SourceEntry[]>();
  const add = (source: string, entry: SourceEntry): void =>
    void bySource.set(source, [...(bySource.get(source) ?? []), entry]);
  for (const [id, { about, verbs, things, style }] of Object.entries(services)) {
    for (const verb of verbs)
      for (const thing of things) {
        const text = `${capital(verb)} ${/^[aeiou]/.test(thing) ? 'an' : 'a'} ${thing} in the ${about}.`;
        add(
          id,
          tool(nameOf(`${verb} ${thing}`, style), text, { id: `The ${thing}`, limit: 'At most so many' }),
        );
      }
  }
  for (const [source, name, description, parameters] of special)
    add(source, tool(name, description, parameters));
  return bySource;
}

/** A tool with parameters, each with a description. */
export function tool(name: string, description: string, parameters: JsonObject = {}): SourceEntry {
  const properties = Object.fromEntries(
    Object.entries(parameters).map(([key, text]) => [key, { type: 'string', description: text }]),
  );
  const definition = { name, description, inputSchema: { type: 'object', properties } };
  return { kind: 'tool', name, definition };
}

function nameOf(words: string, style: Service['style']): string {
  if (style === 'camel') return words.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
  return words.replaceAll(' ', style === 'snake' ? '_' : '-');
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
