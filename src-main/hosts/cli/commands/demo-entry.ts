import type { Definition } from '../definition.ts'

export const demo: Definition = {
  define: (command) => command,
  examples: ['rekey demo'],
  hidesOpenRotations: true,
  run: async (context) => (await import('./demo.ts')).runDemo(context),
}
