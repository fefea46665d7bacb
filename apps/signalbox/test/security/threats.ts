// What could be done to a hub, and the tests that hold against it. `npm run security` runs them and prints a row each.

/** Tests whose whole name has this text; at least one, and none that fails. */
interface NamedTests {
  readonly file: string;
  readonly name: string;
}

/** One row: its tests, or what it waits for. */
export interface Threat {
  readonly id: string;
  readonly title: string;
  readonly tests: readonly NamedTests[];
  /** What is not there yet that could be attacked. */
  readonly waitsFor?: string;
}

const at =
  (folder: string) =>
  (file: string, name: string): NamedTests => ({ file: `${folder}/${file}.test.ts`, name });
const here = at('apps/signalbox/test/security');
const kernel = at('kernel/test');
const auth = at('extensions/auth/test');
const mcp = at('extensions/mcp/test');
const gateway = at('extensions/gateway/test');
const safeFetch = at('packages/safe-fetch/test');
const policy = at('packages/policy/test');
const pipeline = at('packages/pipeline/test');
const credentials = at('extensions/credentials/test');
const scheduler = at('extensions/scheduler/test');
const engine = at('extensions/engine-embedded/test');
const webhooks = at('extensions/webhooks/test');
const whole = at('test');

/** The threats of the design, T1 to T25. */
export const threats: readonly Threat[] = [
  {
    id: 'T1',
    title: 'missing or bypassed authentication',
    tests: [
      auth('limits', 'a store that is gone lets nobody in'),

      here('route-inventory', 'no place that wants somebody known answers'),
      here('route-inventory', 'what is open to everybody is a list that is known'),
      webhooks('coming-in', 'what is wrong is answered alike, whether there is such a webhook or not'),
      webhooks('schemes', 'changed, one more or one less is not let in'),
      auth('bad-tokens', 'whatever is not exactly an access token'),
      auth('bad-tokens', 'a token the hub has signed itself is refused for every claim that is wrong'),
    ],
  },
  {
    id: 'T2',
    title: 'the inbound token is passed on',
    tests: [
      credentials('no-passing-on', 'an upstream sees its own tokens and nothing a caller showed'),
      credentials(
        'enterprise',
        'the identity goes to its own provider only, the grant to the server of the settings only',
      ),
      whole('accounts-apart', 'two people at two upstreams are told apart at each'),
      here('token-passthrough', 'no upstream sees'),
    ],
  },
  {
    id: 'T3',
    title: 'confused deputy, consent bypassed',
    tests: [
      credentials('pages', 'somebody else cannot go on with a link, signed in or not'),
      credentials('pages', 'an answer counts in the browser that was sent away, once, and nowhere else'),
      auth('federation', 'an answer is good once, in the browser that began'),
      auth('federation', 'who was led into a sign-in by another is signed in as nobody'),
      auth(
        'federation',
        'a client gets a token for who signed in at the company, after they have allowed it here',
      ),

      auth('pages', "an authorization of one browser cannot be finished in another's"),
      auth('pages', 'what was allowed is remembered for the same scopes, and asked anew for more'),
      auth('pages', 'two people in two browsers get their own tokens'),
    ],
  },
  {
    id: 'T4',
    title: 'mix-up of authorization servers, wrong metadata',
    tests: [
      auth('hostile-providers', 'metadata of another issuer is not taken'),
      auth('hostile-providers', 'a code of one provider is never sent to another'),
      credentials('pages', 'is not redeemed'),
      credentials('own-sign-in', 'is not shown to a server that the upstream names and the settings do not'),
      credentials('logout', 'a client that a definition has got since is not shown to the server of before'),
      auth('bad-tokens', 'a token of one endpoint does not open another'),
    ],
  },
  {
    id: 'T5',
    title: 'codes and refresh tokens replayed and raced',
    tests: [
      auth('races', 'redemptions of one code at once, one succeeds'),
      auth('races', 'one refresh token'),
      auth('refresh', 'a refresh token shown twice ends its whole family'),
      auth('refresh', 'a code shown twice ends what it gave'),
    ],
  },
  {
    id: 'T6',
    title: 'redirects abused, scripts in consent',
    tests: [
      auth('check-registration', 'no client is sent to'),
      auth('clients', 'a code is never sent to'),
      auth('pages', 'the consent page shows who asks, where to, and what for, whatever the name holds'),
    ],
  },
  {
    id: 'T7',
    title: 'requests into the network of the hub',
    tests: [
      safeFetch('refused-addresses', 'is refused and no socket is opened'),
      safeFetch('refused-addresses', 'the corpus has at least sixty forms'),
      safeFetch('guarded-connector', 'a name that is public first and private later'),
      safeFetch('redirects', 'a chain that ends at a private address'),
      webhooks('going-out', 'nothing is sent into private networks but where the settings say so'),
      auth('clients', 'an id that leads into the network of the hub opens no socket there'),
    ],
  },
  {
    id: 'T8',
    title: 'DNS rebinding, pages of elsewhere',
    tests: [
      kernel('http/guard', 'is refused, whoever asks'),
      kernel('http/guard', 'may not call'),
      kernel('http/guard', 'of a page is never answered with leave to read'),
    ],
  },
  {
    id: 'T9',
    title: 'handles, sessions, states and tasks of others',
    tests: [
      here('handles', 'is to everybody else as if it never was'),
      mcp('access/narrow-keys', 'is not gone on with by a key that'),
      mcp('access/narrow-keys', 'is neither answered, read nor ended by a key that'),
      mcp('access/narrow-keys', 'is there for no narrow key'),
    ],
  },
  {
    id: 'T10',
    title: 'states and cursors changed',
    tests: [
      kernel('access/sealer', 'is refused with any one bit changed'),
      mcp('rounds/rounds', 'is refused'),
      kernel('call/list', 'whatever is done to it shows nothing that is not visible anyway'),
    ],
  },
  {
    id: 'T11',
    title: 'headers that do not say what the body says, keys that are there twice',
    tests: [
      mcp('modern/headers', 'are refused before anything runs'),
      mcp('modern/headers', 'of a tool the caller may not see do not give it away'),
      kernel('http/bodies', '__proto__ in a body reaches nobody'),
    ],
  },
  {
    id: 'T12',
    title: 'poisoned descriptions, hidden text',
    tests: [],
    waitsFor: 'the review of definitions',
  },
  {
    id: 'T13',
    title: 'definitions that change after they were trusted',
    tests: [],
    waitsFor: 'the review of definitions; the decision that refuses an unreviewed one is there',
  },
  {
    id: 'T14',
    title: 'one source takes the name of another',
    tests: [
      kernel('catalog/views', 'never lets one source take the name of another'),
      kernel('catalog/views', 'with plain names lets no upstream stand in for another'),
      kernel('catalog/public-name', 'is short and safe whatever the upstream calls it'),
      kernel('catalog/views', 'are the same, and each name leads to one entry'),
    ],
  },
  {
    id: 'T15',
    title: 'instructions in what a tool answers',
    tests: [],
    waitsFor: 'pipelines, where an answer can reach another tool inside the hub',
  },
  {
    id: 'T16',
    title: 'commands in definitions of upstreams',
    tests: [
      here('command-injection', 'reaches a server word by word'),
      here('command-injection', 'is one program, not a line for a shell'),
      here('command-injection', 'is not for'),
    ],
  },
  { id: 'T17', title: 'packages that run when installed', tests: [], waitsFor: 'the marketplace' },
  { id: 'T18', title: 'services that announce themselves', tests: [], waitsFor: 'announcements on the bus' },
  {
    id: 'T19',
    title: 'one organization sees another',
    tests: [
      here('two-organizations', 'an organization gets the same answers, byte for byte'),
      here('removed-organization', 'nothing is left but the audit and its name'),
      policy('properties', 'hides what belongs to another organization'),
    ],
  },
  {
    id: 'T20',
    title: 'secrets that leak',
    tests: [
      kernel('audit/canaries', 'T20: no secret of the hub comes into the audit'),
      kernel('observe/redactor', 'lets no secret through, plain or in JSON'),
      kernel('call/clean-draft', 'none of fifty secrets gets into an entry'),
      kernel('call/without-secrets', 'a secret an upstream repeats in its error'),
      gateway('repeated-secrets', 'what the hub sends an upstream over HTTP is not in the errors'),
      gateway('repeated-secrets', 'what the hub gives a process in its environment'),
      here(
        'named-secrets',
        'a tool gets the secret of a step, and all else that is told or written has its name',
      ),
      here('named-secrets', 'what a tool says with the secret when it fails (refuse) is told without'),
      here('named-secrets', 'who approves a call sees the name of its secret'),
      here('named-secrets', 'a tool of the hub itself, which may write down what it is given, gets none'),
      here('named-secrets', 'only who administers the organization sees and sets its secrets'),
      pipeline('stepper/secrets', 'what params, results, events and items say is text'),
      kernel('config/interpolate', 'hide what the schema takes as a secret'),
      credentials('stored-addresses', 'the address of an upstream, which may hold a secret, is in no row'),
    ],
  },
  {
    id: 'T21',
    title: 'paths out of a folder',
    tests: [
      gateway(
        'openapi/calls',
        'references to files below the folder are taken in, above it they are refused',
      ),
      gateway('openapi/calls', 'is refused before anything is sent'),
    ],
    waitsFor: 'resources from files; what there is of paths today is shown',
  },
  {
    id: 'T22',
    title: 'patterns, templates and queries that hang or escape',
    tests: [
      kernel('call/linear-pattern', 'a pattern made to hang is answered'),
      policy('glob', 'fits in time that grows with the text'),
      pipeline('jmespath/own-members', 'is found in anything, unless the data has it'),
      pipeline('jmespath/limits', 'ends in an error, and soon'),
      pipeline('jmespath/limits', 'a text made to be slow to read'),
      pipeline('template/render', 'what is found is never rendered again'),
      pipeline('template/references', 'would read everything, secrets included, and is refused'),
    ],
    waitsFor: 'resources from databases; patterns and templates are shown',
  },
  {
    id: 'T23',
    title: 'exhaustion',
    tests: [
      kernel('http/listener', 'lets go of a client'),
      kernel('http/bodies', 'that never ends is cut off as soon as it is too large'),
      mcp('http/slow-readers', ''),
      kernel('call/limits', 'of one principal are bounded'),
      safeFetch('bounds', 'what a packed body grows to counts'),
    ],
  },
  {
    id: 'T24',
    title: 'more rights through a schedule',
    tests: [
      policy('properties', 'grants no more to somebody who acts for another'),
      scheduler('rights', 'a run has no more than those its task was made with'),
      scheduler('rights', 'those of somebody who is gone pause the task, and say so'),
      scheduler('rights', 'that do not go as far as a tool any more keep it from being run'),
      scheduler('rights', 'go only so deep, by tasks, by runs and by events'),
      engine('runs', 'nothing is called for somebody who is not there any more'),
      scheduler(
        'published/approvals-of-calls',
        'with the rights of somebody else does not approve its calls',
      ),
      scheduler(
        'published/approvals-of-calls',
        'who has a run of somebody else go on does not approve its calls',
      ),
      engine('orderers', 'who has a run go on is known wherever the hub ends'),
    ],
  },
  {
    id: 'T25',
    title: 'gaps in the audit, entries changed',
    tests: [
      kernel('audit/tampering', 'T25: what was done to the store is reported at its first place'),
      kernel('audit/intents', 'when the store fails at its n-th write'),
    ],
  },
];

/** What has happened to others, reproduced against this hub. */
export const incidents: readonly Threat[] = [
  {
    id: 'a failed key check falls back to somebody',
    title: 'gateways whose fallback let strangers in',
    tests: [
      kernel('http/anonymous', 'refuses a credential that is none, instead of taking it as nobody'),
      kernel('http/authentication', 'still refuses a key that is none'),
    ],
  },
  {
    id: "an upstream's credential taken for a caller's",
    title: 'a server that let in whoever had its own token',
    tests: [here('token-passthrough', 'is no credential of a caller')],
  },
  {
    id: 'introspection that fails open',
    title: 'a missing "active" taken for true',
    tests: [auth('external-issuers', 'only what the issuer says is active is, in this very word')],
  },
  {
    id: 'a sibling route without authentication',
    title: 'a second path that nobody guarded',
    tests: [
      here('route-inventory', 'what is open to everybody is a list that is known'),
      kernel('http/authentication', 'is not found or wants a key, and never answers'),
    ],
  },
  {
    id: 'an API that takes a command',
    title: '"connect" endpoints that started programs for anybody',
    tests: [here('command-injection', 'to define what is started')],
  },
  {
    id: 'a command in an authorization address',
    title: 'a client that gave an address to a shell',
    tests: [here('opened-addresses', 'is never opened')],
  },
  {
    id: 'consent not tied to its browser',
    title: 'a callback another browser could finish',
    tests: [auth('pages', "an authorization of one browser cannot be finished in another's")],
  },
  {
    id: "another client's answer",
    title: 'one transport object shared by callers',
    tests: [here('two-callers', 'two callers with the same ids')],
  },
  {
    id: 'rebinding',
    title: 'servers on loopback that any page could reach',
    tests: [kernel('http/guard', 'is refused, whoever asks')],
  },
  {
    id: 'a target taken from the caller',
    title: 'addresses in headers and documents',
    tests: [
      safeFetch('refused-addresses', 'is refused and no socket is opened'),
      auth('clients', 'an id that leads into the network of the hub opens no socket there'),
    ],
  },
  {
    id: 'arguments read as options and paths',
    title: 'values that became options, or left their folder',
    tests: [
      here('command-injection', 'reaches a server word by word'),
      gateway('openapi/calls', 'is refused before anything is sent'),
    ],
  },
  {
    id: 'a definition swapped after approval',
    title: 'good versions first, then another',
    tests: [],
    waitsFor: 'the review of definitions',
  },
  {
    id: 'PKCE that is off by default',
    title: 'a server that took codes without a verifier',
    tests: [
      auth('clients', 'a request without PKCE, or with the plain one, is refused'),
      auth('refresh', 'a code needs its verifier'),
    ],
  },
];
