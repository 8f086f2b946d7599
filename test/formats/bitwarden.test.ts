import fc from 'fast-check'
import { describeFormat } from '../contract/format.ts'
import { bitwardenWith } from '../../src-main/formats/bitwarden.ts'

const argon2 = bitwardenWith({ kind: 'argon2id', passes: 1, memoryMib: 1, lanes: 1 })
const pbkdf2 = bitwardenWith({ kind: 'pbkdf2', rounds: 1 })

// A / nests.
const folders = fc.stringMatching(/^[^/]{1,20}$/u)

describeFormat(argon2, { folders })
describeFormat(argon2, { folders, close: { passphrase: 'correct horse' }, runs: 40 })
describeFormat(pbkdf2, { folders, close: { passphrase: 'correct horse' }, runs: 40 })
