import type { Decision } from '@signalbox/policy';
import { type ApprovalDesk, type CallRequest, SignalboxError } from '@signalbox/sdk';
import type { Found } from '../catalog/view.ts';
import { hashDefinition } from './definition-hash.ts';
import { salientArguments } from './salient-arguments.ts';

/** A call that waits for somebody's word. */
export interface Unapproved {
  readonly request: CallRequest;
  readonly found: Found;
  readonly decision: Decision;
  readonly callId: string;
}

/**
 * Between validation and invocation, for a call a rule wants approved: waits until somebody has. The approval is for this
 * principal, this definition, these arguments and this policy only. Gives the approval's id. Errors: those of the desk; `forbidden` without one.
 */
export async function obtainApproval(
  desk: ApprovalDesk | undefined,
  { request, found, decision, callId }: Unapproved,
  signal: AbortSignal,
): Promise<string> {
  if (!desk)
    throw new SignalboxError(
      'forbidden',
      'a rule wants this call approved, and nobody keeps approvals here; enable the extension "approvals"',
    );
  const continuation = request.retry?.continuation;
  const { approvalId } = await desk.obtain(
    {
      callId,
      principal: request.principal,
      interface: request.interface.name,
      level: decision.level,
      kind: request.kind,
      target: request.target,
      identity: { source: found.source.id, originalName: found.originalName },
      definitionHash: hashDefinition(found),
      args: salientArguments(request),
      rules: decision.rules,
      policyVersion: decision.policyVersion,
      ...(continuation === undefined ? {} : { continuation }),
    },
    request.channels,
    signal,
  );
  return approvalId;
}
