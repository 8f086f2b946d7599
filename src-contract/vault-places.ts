/** Where keys lie in files: what of a folder is looked into, the same from the command line and from a window. */

/** Where tools keep keys, below a person's folder. */
export const wellKnown = ['.pdcp/credentials.yaml', '.conjurrc', '.netrc', '.aws/credentials', '.npmrc'] as const

/** Which of them only say the rest of another. */
export const companionsOf: Readonly<Record<string, readonly string[]>> = {
  '.conjurrc': ['.netrc'],
  '.netrc': ['.conjurrc'],
}

/** A project's own, not the one that shows how to write it. */
export const isEnvFile = (name: string): boolean =>
  /^\.env(\.[\w.-]+)?$/.test(name) && !/\.(example|sample)$/.test(name)
