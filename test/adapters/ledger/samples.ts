import type { Credential } from '../../../src-main/core/credentials/credential.ts'
import type { RotationRecord } from '../../../src-main/core/rotation/record.ts'

const at = '2026-11-21T10:00:00.000Z'

export function sampleCredential(n: number, patch: Partial<Credential> = {}): Credential {
  return {
    id: `01JCREDENTIAL${String(n).padStart(13, '0')}`,
    name: `prod/key-${n}`,
    label: null,
    vendor: 'scrapebit',
    baseUrl: 'https://api.scrapebit.com',
    inputs: { 'user-id': String(n) },
    secretInputs: [],
    subject: `user-${n}@example.com`,
    operatorId: null,
    tags: ['prod', 'crawler'],
    usedBy: ['crawler/.env'],
    store: 'sealed',
    fingerprint: n.toString(16).padStart(16, '0'),
    tail: 'a91f',
    createdAt: at,
    rotatedAt: null,
    verifiedAt: at,
    expiresAt: null,
    maxAgeDays: 90,
    unconfirmed: [],
    tls: { caPem: null, pinSha256: null },
    ...patch,
  }
}

export function sampleRotation(n: number, credential: Credential, patch: Partial<RotationRecord> = {}): RotationRecord {
  return {
    id: `01JROTATION${String(n).padStart(15, '0')}`,
    credentialId: credential.id,
    strategy: 'in-place',
    state: 'sent',
    reached: 'sent',
    snapshot: {
      credentialName: credential.name,
      vendorId: credential.vendor,
      vendorFileHash: 'f'.repeat(64),
      baseUrl: credential.baseUrl ?? '',
      inputs: credential.inputs,
      secretInputs: credential.secretInputs,
      subject: credential.subject,
      operatorId: credential.operatorId,
      store: credential.store,
      escrowKeyId: 'e'.repeat(16),
      oldFingerprint: credential.fingerprint,
      oldTail: credential.tail,
      tls: credential.tls,
      expiryDays: null,
    },
    outcome: null,
    settled: false,
    code: null,
    retryAt: null,
    oldKey: 'works',
    newFingerprint: null,
    newTail: null,
    rescues: null,
    dismissed: false,
    startedAt: at,
    updatedAt: at,
    ...patch,
  }
}
