import { fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { VendorView } from '../../../src-contract/views.ts'
import type { Secret } from '../../core/secret.ts'
import { badInput } from './complaint.ts'
import type { Context } from './context.ts'
import { checkedSecret, parseSecrets, readPipe } from './read-secret.ts'

/**
 * Secrets in the order given, each from the person or as one line of the pipe. `mayBeEmpty` names one that may be left
 * out, and then is null.
 */
export async function askSecrets(
  { terminal, stdin, stopping }: Context,
  labels: readonly string[],
  mayBeEmpty: string | null = null,
): Promise<Result<readonly (Secret | null)[]>> {
  if (labels.length === 0) return ok([])
  if (terminal === null) {
    if (stdin.isTTY === true) return err(fail('needs-secret'))
    const text = await readPipe(stdin, { signal: stopping.signal })
    return text.ok ? parseSecrets(text.value, labels, mayBeEmpty) : text
  }
  const secrets: (Secret | null)[] = []
  for (const label of labels) {
    const typed = await terminal.hidden(
      label === mayBeEmpty ? `${label}, or Enter to keep the one in the keychain` : label,
    )
    if (!typed.ok) return typed
    if (label === mayBeEmpty && typed.value.length === 0) {
      secrets.push(null)
      continue
    }
    const secret = checkedSecret(typed.value)
    if (!secret.ok) return secret
    secrets.push(secret.value)
  }
  return ok(secrets)
}

/** One secret, the key itself. */
export async function askKey(context: Context, label: string): Promise<Result<Secret>> {
  const secrets = await askSecrets(context, [label])
  if (!secrets.ok) return secrets
  const [key] = secrets.value
  return key ? ok(key) : err(fail('empty-secret'))
}

/** Names and values of secret inputs, as the app takes them. */
export const secretRecord = (names: readonly string[], secrets: readonly (Secret | null)[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name, at) => {
      const secret = secrets[at]
      return secret ? [secret.use((value) => [name, value] as const)] : []
    }),
  )

/** Secret inputs never stand on a command line, where every program of the machine can read them. */
export function checkInputs(
  vendor: VendorView | undefined,
  inputs: Readonly<Record<string, string>>,
  secretInputs: readonly string[],
): Result<void> {
  for (const { name, secret } of vendor?.inputs ?? []) {
    if (secret && Object.hasOwn(inputs, name)) {
      return err(
        badInput(
          `${name} is a secret and does not belong on a command line`,
          `use --secret-input ${name}, and change that ${name}: others may have seen it`,
        ),
      )
    }
    if (!secret && secretInputs.includes(name)) {
      return err(badInput(`${name} is no secret`, `use --input ${name}=…`))
    }
  }
  const known = vendor?.inputs.filter(({ secret }) => secret).map(({ name }) => name)
  const unknown = secretInputs.find((name) => known !== undefined && !known.includes(name))
  if (unknown === undefined) return ok(undefined)
  return err(badInput(`${vendor?.id} has no secret input ${unknown}`, `see rekey vendors ${vendor?.id}`))
}
