import type { SQLInputValue } from 'node:sqlite'
import type { Credential, Unconfirmed } from '../../core/credentials/credential.ts'
import type { Row } from './connection.ts'
import { isTextList, isTextMap, RowReader } from './row.ts'

/** How a credential lies in its table: one column a field, JSON for lists and maps. */
export const stores = ['os', 'sealed'] as const

const isUnconfirmed = (value: unknown): value is readonly Unconfirmed[] =>
  isTextList(value) && value.every((each) => each === 'address' || each === 'operator')

export function readCredential(row: Row, file: string): Credential {
  const read = new RowReader(row, file, `credential ${String(row['id'])}`)
  return {
    id: read.text('id'),
    name: read.text('name'),
    label: read.textOrNull('label'),
    vendor: read.text('vendor'),
    baseUrl: read.textOrNull('base_url'),
    inputs: read.json('inputs', isTextMap),
    secretInputs: read.json('secret_inputs', isTextList),
    subject: read.textOrNull('subject'),
    operatorId: read.textOrNull('operator_id'),
    tags: read.json('tags', isTextList),
    usedBy: read.json('used_by', isTextList),
    store: read.oneOf('store', stores),
    fingerprint: read.text('fingerprint'),
    tail: read.textOrNull('tail'),
    createdAt: read.text('created_at'),
    rotatedAt: read.textOrNull('rotated_at'),
    verifiedAt: read.textOrNull('verified_at'),
    expiresAt: read.textOrNull('expires_at'),
    maxAgeDays: read.integerOrNull('max_age_days'),
    unconfirmed: read.json('unconfirmed', isUnconfirmed),
    tls: { caPem: read.textOrNull('ca_pem'), pinSha256: read.textOrNull('pin_sha256') },
  }
}

/** Scheme, host and port: what makes two subjects of a vendor comparable. Empty for vendors without an address. */
export const originOf = (baseUrl: string | null): string => (baseUrl === null ? '' : new URL(baseUrl).origin)

export function columnsOf(credential: Credential): Readonly<Record<string, SQLInputValue>> {
  return {
    id: credential.id,
    name: credential.name,
    label: credential.label,
    vendor: credential.vendor,
    base_url: credential.baseUrl,
    origin: originOf(credential.baseUrl),
    inputs: JSON.stringify(credential.inputs),
    secret_inputs: JSON.stringify(credential.secretInputs),
    subject: credential.subject,
    operator_id: credential.operatorId,
    tags: JSON.stringify(credential.tags),
    used_by: JSON.stringify(credential.usedBy),
    store: credential.store,
    fingerprint: credential.fingerprint,
    tail: credential.tail,
    created_at: credential.createdAt,
    rotated_at: credential.rotatedAt,
    verified_at: credential.verifiedAt,
    expires_at: credential.expiresAt,
    max_age_days: credential.maxAgeDays,
    ca_pem: credential.tls.caPem,
    pin_sha256: credential.tls.pinSha256,
    unconfirmed: JSON.stringify(credential.unconfirmed),
  }
}
