import type { RotationPlan, VendorView } from '../../src-contract/views.ts'
import type { VendorFile } from './define-vendor.ts'

/** What a vendor file tells people, in its own words. */

export const vendorView = (file: VendorFile, source: VendorView['source']): VendorView => ({
  id: file.id,
  name: file.name,
  baseUrl: file.baseUrl,
  strategy: file.strategy,
  inputs: file.inputs.map(({ name, label, type, required }) => ({
    name,
    label,
    type,
    required,
    secret: type === 'secret',
  })),
  evidence: file.evidence,
  checked: file.docs.checked,
  source,
})

/** The vendor's part of a rotation plan. */
export const describePlan = (
  file: VendorFile,
): Pick<RotationPlan, 'vendorName' | 'strategy' | 'consequences' | 'limits' | 'recovery' | 'guided'> => ({
  vendorName: file.name,
  strategy: file.strategy,
  consequences: [...file.consequences],
  limits: file.limits.map(({ counts, text }) => `${counts === 'mint' ? 'rotations' : 'calls'}: ${text}`),
  recovery: file.recovery,
  guided: file.guided
    ? {
        steps: [...file.guided.steps],
        dashboardUrl: file.guided.dashboard,
        keyPrefix: file.key.prefixes[0] ?? null,
        expiryChoices: file.guided.expiry.map(({ label, days }) => ({ label, days })),
      }
    : null,
})
