import { escapeText } from '../../../src-contract/escape.ts'
import type { RotationPlan } from '../../../src-contract/views.ts'
import type { Paint } from './output.ts'

const MOST = 12

/** What a person reads before a rotation: what dies and when, what cannot be undone, limits, who uses it, who does it. */
export function confirmText(plans: readonly RotationPlan[], paint: Paint): readonly string[] {
  const [only] = plans
  const text = plans.length === 1 && only ? one(only, paint) : many(plans, paint)
  return [...text, ...(only?.warnings ?? []).map((warning) => paint('yellow', `  ! ${escapeText(warning)}`))]
}

function one(plan: RotationPlan, paint: Paint): readonly string[] {
  const key = plan.tail === null ? 'its key' : `the key ending ${escapeText(plan.tail)}`
  const points = [
    ...plan.consequences,
    ...plan.limits,
    ...(plan.operator === null ? [] : [`rotated by ${plan.operator}`]),
    ...(plan.usedBy.length === 0 ? [] : [`used by ${plan.usedBy.join(', ')}`]),
  ]
  return [
    `${paint('bold', plan.name)}: ${escapeText(plan.vendorName)} replaces ${key}`,
    ...points.map((point) => `  - ${escapeText(point)}`),
    `  ${paint('dim', `if it goes wrong: ${escapeText(plan.recovery)}`)}`,
  ]
}

function many(plans: readonly RotationPlan[], paint: Paint): readonly string[] {
  const rotated = plans.filter((plan) => plan.strategy === 'in-place')
  const shown = rotated
    .slice(0, MOST)
    .map((plan) => `  ${plan.name}${plan.tail === null ? '' : `  …${escapeText(plan.tail)}`}`)
  const consequences = new Map(rotated.map((plan) => [plan.vendorName, plan.consequences[0] ?? '']))
  const others = plans.length - rotated.length
  return [
    paint('bold', `${rotated.length} keys are replaced, and the old ones die:`),
    ...shown,
    ...(rotated.length > MOST ? [`  and ${rotated.length - MOST} more`] : []),
    ...[...consequences].map(([vendor, text]) => `  - ${escapeText(vendor)}: ${escapeText(text)}`),
    ...(others > 0 ? [paint('dim', `  ${others} cannot be rotated from here and stay as they are`)] : []),
  ]
}
