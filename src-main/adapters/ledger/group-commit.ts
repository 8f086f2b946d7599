import type { Connection } from './connection.ts'

/**
 * One commit for all that many rotations write in one turn of the loop: a commit is a sync of the disk, and the pages they
 * share are written once. What throws takes nobody along: the group is undone, and each is run again in a transaction alone.
 */
type Waiting = { readonly run: () => void; readonly resolve: () => void; readonly reject: (error: unknown) => void }

export function groupCommits({ transaction }: Pick<Connection, 'transaction'>): (fn: () => void) => Promise<void> {
  let waiting: Waiting[] = []

  const settle = (group: readonly Waiting[]): void => {
    try {
      transaction(() => group.forEach(({ run }) => run()))
      group.forEach(({ resolve }) => resolve())
    } catch (error) {
      if (group.length > 1) group.forEach((each) => settle([each]))
      else group.forEach(({ reject }) => reject(error))
    }
  }
  const flush = (): void => {
    const group = waiting
    waiting = []
    settle(group)
  }

  return (run) =>
    new Promise((resolve, reject) => {
      if (waiting.push({ run, resolve, reject }) === 1) setImmediate(flush)
    })
}
