import { first } from './0001-first.ts'
import { imports } from './0002-imports.ts'
import { folding } from './0003-folding.ts'
import type { Migration } from './migration.ts'

/** Every migration, in order. Adding one is a new file and a line here. */
export const migrations: readonly Migration[] = [first, imports, folding]
