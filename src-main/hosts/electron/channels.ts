import type { OperationName } from '../../../src-contract/operations.ts'

/** The channel of an operation, and the one that carries events: what main and the preload script agree on. */
export const channelOf = (name: OperationName): string => `rekey:${name}`
export const EVENTS = 'rekey-events'
