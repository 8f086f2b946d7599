import type { Definition } from '../definition.ts'

export const demo: Definition = {
  hidesOpenRotations: true,
  define: (command) => command,
  examples: ['rekey demo'],
  run: async (context) => {
    const { runDemo } = await import('./demo.ts')
    return runDemo(context)
  },
}
