import type { Message, Send } from '../message.ts';
import { LegacyWire } from './legacy-wire.ts';
import { ModernWire } from './modern-wire.ts';
import type { ScriptedUpstream } from './scripted-upstream.ts';

/** Opens a wire of the upstream's era over one line that carries everything; gives what takes a message. */
export function openWire(upstream: ScriptedUpstream, send: Send): (message: Message) => Promise<void> {
  const wire = upstream.spoken.era === 'modern' ? new ModernWire(upstream) : new LegacyWire(upstream, send);
  return (message) => wire.take(message, send);
}
