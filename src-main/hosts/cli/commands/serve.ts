import { setTimeout as sleep } from 'node:timers/promises'
import { fail } from '../../../../src-contract/failures.ts'
import type { Definition } from '../definition.ts'
import { wholeNumber } from '../flags.ts'

export const serve: Definition = {
  define: (command) =>
    command
      .option('--port <n>', 'listen there instead of on any free port', wholeNumber(1024, 65_535))
      .option('--no-open', 'print the address, with its token, instead of opening a browser'),
  examples: ['rekey serve', 'rekey serve --no-open'],
  hidesOpenRotations: true,
  // what is in the air is waited for
  isRotation: true,
  run: async ({ out, stopping, openWindow, refuse }, command) => {
    const { port = 0, open } = command.opts<{ readonly port?: number; readonly open: boolean }>()
    const opened = await openWindow({ port, opensBrowser: open })
    if (!opened.ok) return refuse(opened.failure)
    const { app, address, launch, isOpened, close } = opened.value
    if (open && !isOpened) {
      await close()
      return refuse(
        fail('not-here', {
          what: 'opening a browser',
          fix: 'rekey serve --no-open prints an address to open yourself',
        }),
      )
    }
    if (open) out.result(address)
    else out.json({ url: launch() })
    out.note('Ctrl-C ends it')
    await new Promise<void>((resolve) => {
      if (stopping.isStopped) resolve()
      else stopping.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    while (app.inFlight() > 0) await sleep(50)
    await close()
    return 0
  },
}
