import type { SQLInputValue } from 'node:sqlite'
import { failureCodes } from '../../../src-contract/failures.ts'
import { outcomeNames } from '../../../src-contract/outcomes.ts'
import type { DurableState, RotationRecord, RotationSnapshot } from '../../core/rotation/record.ts'
import type { Row } from './connection.ts'
import { stores } from './credential-row.ts'
import { isInteger, isObject, isText, isTextList, isTextMap, isTextOrNull, RowReader } from './row.ts'

/** How a rotation lies in its table; the snapshot is one JSON column, because recovery reads it whole or not at all. */
const reachable = ['waiting', 'sent', 'sealed', 'verified', 'promoted'] as const
const states: readonly DurableState[] = [...reachable, 'ended']

const isSnapshot = (value: unknown): value is RotationSnapshot =>
  isObject(value) &&
  isText(value['credentialName']) &&
  isText(value['vendorId']) &&
  isText(value['vendorFileHash']) &&
  isText(value['baseUrl']) &&
  isTextMap(value['inputs']) &&
  isTextList(value['secretInputs']) &&
  isTextOrNull(value['subject']) &&
  isTextOrNull(value['operatorId']) &&
  stores.some((store) => store === value['store']) &&
  isText(value['escrowKeyId']) &&
  isText(value['oldFingerprint']) &&
  isTextOrNull(value['oldTail']) &&
  isObject(value['tls']) &&
  isTextOrNull(value['tls']['caPem']) &&
  isTextOrNull(value['tls']['pinSha256']) &&
  (value['expiryDays'] === null || isInteger(value['expiryDays']))

export function readRotation(row: Row, file: string): RotationRecord {
  const read = new RowReader(row, file, `rotation ${String(row['id'])}`)
  return {
    id: read.text('id'),
    credentialId: read.text('credential_id'),
    strategy: read.oneOf('strategy', ['in-place', 'guided']),
    state: read.oneOf('state', states),
    reached: read.oneOf('reached', reachable),
    snapshot: read.json('snapshot', isSnapshot),
    outcome: read.oneOfOrNull('outcome', outcomeNames),
    settled: read.flag('settled'),
    code: read.oneOfOrNull('code', failureCodes),
    retryAt: read.textOrNull('retry_at'),
    oldKey: read.oneOf('old_key', ['works', 'dead', 'unknown']),
    newFingerprint: read.textOrNull('new_fingerprint'),
    newTail: read.textOrNull('new_tail'),
    rescues: read.textOrNull('rescues'),
    dismissed: read.flag('dismissed'),
    startedAt: read.text('started_at'),
    updatedAt: read.text('updated_at'),
  }
}

export function columnsOf(record: RotationRecord): Readonly<Record<string, SQLInputValue>> {
  return {
    id: record.id,
    credential_id: record.credentialId,
    strategy: record.strategy,
    state: record.state,
    reached: record.reached,
    snapshot: JSON.stringify(record.snapshot),
    outcome: record.outcome,
    settled: record.settled ? 1 : 0,
    code: record.code,
    retry_at: record.retryAt,
    old_key: record.oldKey,
    new_fingerprint: record.newFingerprint,
    new_tail: record.newTail,
    rescues: record.rescues,
    dismissed: record.dismissed ? 1 : 0,
    started_at: record.startedAt,
    updated_at: record.updatedAt,
  }
}
