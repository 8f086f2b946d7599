/** Looks for what must not be committed. Each check takes a text and returns what it found in it. */

// Written in parts, so that this file does not find itself.
const registryHosts = [
  ['registry', 'npmjs'],
  ['registry', 'yarnpkg'],
  ['npm', 'pkg', 'github'],
  ['proxy', 'golang'],
]
const registry = new RegExp(registryHosts.map((parts) => parts.join('\\.')).join('|'), 'g')
const machinePath = new RegExp(String.raw`(?<![\w.\-/])/(?:${['work', 'root'].join('|')})/[\w.-]*`, 'g')

export const registryNames = (text: string): string[] => text.match(registry) ?? []
export const machinePaths = (text: string): string[] => text.match(machinePath) ?? []

const secretShapes: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{40,}\b/g,
  /\bglpat-[A-Za-z0-9_-]{20,}/g,
  /\b[sr]k_live_[A-Za-z0-9]{16,}\b/g,
  /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}/g,
  /\bxox[abeprs]-[A-Za-z0-9-]{20,}/g,
  /\bAIza[0-9A-Za-z_-]{35}\b/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\buspl_[A-Za-z0-9]{16,}\b/g,
  /\beyJ[A-Za-z0-9_-]{16,}\.eyJ[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]{40,}?-----END/g,
]

/** Synthetic keys say what they are, or are too regular to be anyone's. */
const sayTheyAreSynthetic = /synthetic|example|sandbox|sample|fake|dummy|test|planted|0123456|abcdef/i

/** Shannon entropy, bits a character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()].reduce((sum, n) => sum - (n / text.length) * Math.log2(n / text.length), 0)
}

export const realLookingSecrets = (text: string): string[] =>
  secretShapes
    .flatMap((shape) => text.match(shape) ?? [])
    .filter((found) => !sayTheyAreSynthetic.test(found) && entropy(found) >= 3.3)
    .map((found) => `${found.slice(0, 8)}… (${found.length} characters)`)
