import type { JsonObject, JsonValue } from '@signalbox/sdk';

/** A JSON-RPC message, as it stands on the wire. */
export type Message = JsonObject;

/** Puts messages on a wire; more than one go as a batch. */
export type Send = (...messages: readonly Message[]) => void;

/** The keys of the modern envelope (2026-07-28, basic/index, "_meta"). */
export const keys = {
  version: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  capabilities: 'io.modelcontextprotocol/clientCapabilities',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
  subscription: 'io.modelcontextprotocol/subscriptionId',
} as const;

/** A message or the messages of a batch as text. */
export function toText(messages: readonly Message[]): string {
  return JSON.stringify(messages.length === 1 ? messages[0] : messages);
}

/** The messages of a text: one, or those of a batch. */
export function readText(text: string): Message[] {
  const value = JSON.parse(text) as Message | Message[];
  return Array.isArray(value) ? value : [value];
}

/** An object, or an empty one for anything else. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

/** A text, or an empty one for anything else. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A request. */
export function request(id: string | number, method: string, params: JsonObject): Message {
  return { jsonrpc: '2.0', id, method, params };
}

/** A notification. */
export function notification(method: string, params?: JsonObject): Message {
  return { jsonrpc: '2.0', method, ...(params ? { params } : {}) };
}
