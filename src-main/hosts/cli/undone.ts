import { explain, type Failure } from '../../../src-contract/failures.ts'
import { outcomes, type Outcome } from '../../../src-contract/outcomes.ts'
import type { RotationPlan, RotationResult } from '../../../src-contract/views.ts'

/** The line of a credential that was named and that the app was not asked to rotate, or could not begin with. */
export function undone(
  plan: Pick<RotationPlan, 'name' | 'vendor'>,
  outcome: Extract<Outcome, 'cancelled' | 'needs-person' | 'not-started' | 'waiting'>,
  why: Failure | { readonly message: string; readonly hint: string },
  rotationId: string | null = null,
): RotationResult {
  const { message, hint } = 'code' in why ? explain(why) : why
  return {
    v: 1,
    name: plan.name,
    vendor: plan.vendor,
    rotationId,
    outcome,
    settled: outcomes[outcome].settled,
    ...('code' in why ? { code: why.code } : {}),
    oldKey: 'unknown',
    newKey: null,
    message,
    hint,
    durationMs: 0,
  }
}
