import type { Context } from './context.ts'

/** One line on stderr if something is open; a ledger that cannot say so is no reason to fail a command that worked. */
export async function needsAttention({ call, out }: Context): Promise<void> {
  const open = await call('rotation.open', {})
  if (!open.ok || open.value.length === 0) return
  const count = open.value.length
  out.note(
    count === 1 ? '1 rotation needs attention: rekey recover' : `${count} rotations need attention: rekey recover`,
  )
}
