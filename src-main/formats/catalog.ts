import type { Format } from './define-format.ts'
import { kdbx } from './kdbx.ts'
import { rekey } from './rekey.ts'

/** Every format, in the order in which `rekey formats` shows them. Adding one is a new file and a line here. */
export const formats: readonly Format[] = [rekey, kdbx]
