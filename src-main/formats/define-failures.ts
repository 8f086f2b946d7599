import { fail, type Failure } from '../../src-contract/failures.ts'
import { err, type Result } from '../../src-contract/result.ts'

/** What readers and writers have to say. The engine adds the file's name. */
const says = (failure: Failure): Result<never> => err(failure)

/** Not what its format promises; `what` quotes nothing of the file. */
export const badVault = (where: string, what: string): Result<never> => says(fail('bad-vault', { where, what }))
export const wrongKey = (): Result<never> => says(fail('vault-passphrase'))
export const needs = (what: string, option: string): Result<never> => says(fail('vault-needs', { what, option }))
export const newer = (found: string): Result<never> => says(fail('vault-newer', { found }))
export const beyond = (what: string, limit: string): Result<never> => says(fail('vault-limit', { what, limit }))
