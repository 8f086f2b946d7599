import type { RotationPlan } from '../../../src-contract/views.ts'
import { Icon } from '../../ui/icon.tsx'
import { shown } from '../../ui/words.ts'

/** What is odd about the data folder itself, such as that another machine may rotate the same keys: each once, before the rest. */
export function Warnings({ plans }: { readonly plans: readonly RotationPlan[] }) {
  const warnings = [...new Set(plans.flatMap((plan) => plan.warnings ?? []))]
  return warnings.map((warning) => (
    <li key={warning} className="odd">
      <Icon name="state-ask" />
      <div>
        <h2>The data folder is in an unusual place</h2>
        <p className="wrap">{shown(warning)}.</p>
      </div>
    </li>
  ))
}
