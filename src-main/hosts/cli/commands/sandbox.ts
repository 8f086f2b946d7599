import type { Definition } from '../definition.ts'
import { wholeNumber } from '../flags.ts'

export const sandbox: Definition = {
  define: (command) => command.option('--port <n>', 'the first port; the others follow', wholeNumber(1024, 65_000)),
  examples: ['rekey sandbox', 'rekey sandbox --port 8700'],
  hidesOpenRotations: true,
  run: async ({ out, stopping }, command) => {
    const { port } = command.opts<{ readonly port?: number }>()
    const { startSandbox } = await import('../../../sandbox/start-sandbox.ts')
    const started = await startSandbox(port === undefined ? {} : { port })
    out.json({ vendors: started.vendors, control: started.control })
    await new Promise<void>((resolve) => {
      if (stopping.isStopped) resolve()
      else stopping.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    await started.close()
    return 0
  },
}
