import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  checkParamHeaders,
  checkRequestHeaders,
  checkVersionHeader,
  encodeFailure,
  openEnvelope,
  type RpcRequest,
  toRpcError,
} from '@signalbox/protocol';
import {
  type Calls,
  type CatalogReader,
  type Clock,
  type CredentialWatch,
  isSignalboxError,
  type MountContext,
  type ViewName,
} from '@signalbox/sdk';
import { scopeChallenge } from '../http/scope-challenge.ts';
import { acceptsStream, sendRefusal } from '../http/send.ts';
import type { ListenRouter } from '../listen/listen-router.ts';
import { openListenStream } from '../listen/listen-stream.ts';
import type { McpSettings } from '../settings.ts';
import { ModernAnswer } from './modern-answer.ts';
import { type ModernService, serveModern } from './serve-modern.ts';
import type { ToolHeaders } from './tool-headers.ts';

/** What the modern side of an endpoint works with. */
export interface ModernParts extends ModernService {
  readonly calls: Calls;
  readonly catalog: CatalogReader;
  readonly clock: Clock;
  readonly settings: McpSettings;
  readonly toolHeaders: ToolHeaders;
  readonly listens: ListenRouter;
  readonly credentials: CredentialWatch;
}

/** One POST with a modern message. */
export interface ModernPost {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly message: RpcRequest;
  readonly view: ViewName;
  readonly context: MountContext;
}

/** Serves a modern request over HTTP. Errors are answered here. */
export async function postModern(parts: ModernParts, post: ModernPost): Promise<void> {
  const { request, response, message, view, context } = post;
  const opened = openAndCheck(parts, post);
  if (!opened) return;
  if (message.method === 'subscriptions/listen') {
    const capabilities = opened.envelope.clientCapabilities;
    return openListenStream(parts, {
      response,
      id: message.id,
      params: opened.params,
      capabilities,
      view,
      context,
    });
  }
  const mayStream = acceptsStream(request.headers.accept);
  const timing = {
    clock: parts.clock,
    streamAfterMs: parts.settings.streamAfterMs,
    keepAliveMs: parts.settings.keepAliveMs,
  };
  const answer = new ModernAnswer(response, timing, mayStream);
  const controller = new AbortController();
  // Closing the response is how a modern client cancels (2026-07-28, transports/streamable-http, "Cancellation").
  response.on('close', () => {
    answer.abandon();
    if (!response.writableFinished) controller.abort();
  });
  answer.waitLong();
  try {
    const text = await serveModern(parts, {
      id: message.id,
      method: message.method,
      ...opened,
      view,
      principal: context.principal,
      interface: context.interface,
      signal: controller.signal,
      hasHeaders: true,
      notify: (notification) => answer.notify(notification),
    });
    answer.finish(200, text);
  } catch (error) {
    const text = encodeFailure(message.id, toRpcError(error, 'modern', message.method));
    answer.finish(statusOf(error), text, scopeChallenge(context, error));
  }
}

/** The envelope and the headers must be right before anything is done; what is wrong is answered. */
function openAndCheck(
  parts: ModernParts,
  { request, response, message, view, context }: ModernPost,
): ReturnType<typeof openEnvelope> | undefined {
  try {
    checkVersionHeader(request.headers, message.params);
    const opened = openEnvelope(message.params);
    checkRequestHeaders(request.headers, opened.envelope.protocolVersion, message.method, message.params);
    const name = message.params['name'];
    if (message.method === 'tools/call' && typeof name === 'string') {
      const definition = parts.catalog.findTool(view, name, context);
      checkParamHeaders(request.headers, message.params, parts.toolHeaders.of(definition));
    }
    return opened;
  } catch (error) {
    sendRefusal(response, error, 'modern', { id: message.id });
    return undefined;
  }
}

/** Errors of the call itself come with 200; those the protocol or access gives a status keep it. */
function statusOf(error: unknown): number {
  if (!isSignalboxError(error)) return 200;
  const keepsStatus = [
    'method_not_found',
    'missing_capability',
    'unsupported_version',
    'header_mismatch',
    'invalid_request',
    'insufficient_scope',
  ];
  return keepsStatus.includes(error.code) ? error.facts.http : 200;
}
