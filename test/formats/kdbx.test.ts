import { describeFormat } from '../contract/format.ts'
import { kdbxAt } from '../../src-main/formats/kdbx.ts'

const quick = kdbxAt({ memoryKib: 64, passes: 1, lanes: 1 })

describeFormat(quick, { close: { passphrase: 'correct horse' }, runs: 60 })
