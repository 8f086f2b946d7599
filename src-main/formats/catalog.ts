import { bitwarden } from './bitwarden.ts'
import { csv } from './csv.ts'
import type { Format } from './define-format.ts'
import { dotenv } from './dotenv.ts'
import { kdbx } from './kdbx.ts'
import { onepux } from './onepux.ts'
import { rekey } from './rekey.ts'
import { aws, conjurCli, netrc, npmrc, pdcp } from './tools.ts'

/** Every format, in the order in which `rekey formats` shows them. Adding one is a new file and a line here. */
export const formats: readonly Format[] = [
  rekey,
  kdbx,
  bitwarden,
  onepux,
  csv,
  dotenv,
  pdcp,
  conjurCli,
  netrc,
  aws,
  npmrc,
]
