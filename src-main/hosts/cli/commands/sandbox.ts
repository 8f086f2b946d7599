import { once } from 'node:events'
import type { Definition } from '../definition.ts'
import { wholeNumber } from '../flags.ts'

/** The vendors on loopback, with keys that are worth nothing. Runs until a signal. */
export const sandbox: Definition = {
  hidesOpenRotations: true,
  define: (command) => command.option('--port <n>', 'a fixed port instead of a free one', wholeNumber(1, 65_535)),
  examples: ['rekey sandbox', 'rekey sandbox --port 4010 > sandbox.json &'],
  run: async ({ out, stopping, refuse }, command) => {
    const { port } = command.opts<{ port?: number }>()
    const { startSandbox } = await import('../../../sandbox/sandbox.ts')
    let started: Awaited<ReturnType<typeof startSandbox>>
    try {
      started = await startSandbox(port === undefined ? {} : { port })
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === undefined) throw error
      return refuse({ code: 'bad-input', fields: { what: `port ${port} cannot be used: ${code}`, fix: 'choose another --port, or none' } })
    }
    const { vendors, control } = started
    out.json({ vendors, control })
    out.note('the sandbox runs until Ctrl-C; its keys are worth nothing')
    if (!stopping.isStopped) await once(stopping.signal, 'abort')
    await started.close()
    return 0
  },
}
