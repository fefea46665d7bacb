/** What each error code means on every wire. */
export interface ErrorFacts {
  /** HTTP status of the answer. */
  readonly http: number;
  /** JSON-RPC code; the hub's own codes stay outside -32768…-32000 (JSON-RPC 2.0 §5.1). */
  readonly jsonRpc: number;
  /** Exit code of the command line: 1 failure, 2 usage, 3 access, 4 not found, 5 upstream, 6 time. */
  readonly exit: number;
  /** Whether the same call may succeed when it is made again. */
  readonly isRetryable: boolean;
  /** Whether the message may be shown to the caller as it is. */
  readonly isSafe: boolean;
}

type Mark = 'retryable' | 'unsafe';

const facts = (http: number, jsonRpc: number, exit: number, ...marks: readonly Mark[]): ErrorFacts => ({
  http,
  jsonRpc,
  exit,
  isRetryable: marks.includes('retryable'),
  isSafe: !marks.includes('unsafe'),
});

/** Every error code of the hub. A wire mapping looks its number up here and nowhere else. */
export const errorTable = {
  parse_error: facts(400, -32700, 2),
  invalid_request: facts(400, -32600, 2),
  invalid_params: facts(400, -32602, 2),
  method_not_found: facts(404, -32601, 4),
  header_mismatch: facts(400, -32020, 2),
  missing_capability: facts(400, -32021, 2),
  unsupported_version: facts(400, -32022, 2),
  unauthenticated: facts(401, -31401, 3),
  forbidden: facts(403, -31403, 3),
  insufficient_scope: facts(403, -31403, 3),
  approval_required: facts(403, -31410, 3),
  origin_refused: facts(403, -31403, 3),
  not_found: facts(404, -32602, 4),
  session_not_found: facts(404, -31404, 4),
  method_not_allowed: facts(405, -31405, 2),
  not_acceptable: facts(406, -31406, 2),
  conflict: facts(409, -31409, 1),
  too_large: facts(413, -31413, 2),
  unsupported_media_type: facts(415, -31415, 2),
  rate_limited: facts(429, -31429, 1, 'retryable'),
  budget_used_up: facts(429, -31430, 1),
  overloaded: facts(503, -31503, 1, 'retryable'),
  template_failed: facts(422, -31422, 1),
  cancelled: facts(499, -31499, 1),
  timeout: facts(504, -31504, 6, 'retryable'),
  upstream_unavailable: facts(503, -31502, 5, 'retryable'),
  upstream_invalid_answer: facts(502, -31502, 5),
  upstream_refused: facts(502, -31502, 5),
  upstream_login_needed: facts(403, -31411, 5),
  address_refused: facts(403, -31608, 5),
  invalid_settings: facts(500, -31600, 2),
  usage: facts(400, -31601, 2),
  extension_failed: facts(500, -31602, 1),
  hub_unreachable: facts(503, -31603, 1, 'retryable'),
  store_locked: facts(503, -31604, 1),
  store_failed: facts(503, -31605, 1, 'retryable', 'unsafe'),
  store_corrupt: facts(500, -31606, 1),
  unsupported: facts(501, -31607, 1),
  audit_unavailable: facts(503, -31609, 1, 'retryable'),
  internal: facts(500, -32603, 1, 'unsafe'),
} as const satisfies Record<string, ErrorFacts>;

/** A code of {@link errorTable}. */
export type ErrorCode = keyof typeof errorTable;
