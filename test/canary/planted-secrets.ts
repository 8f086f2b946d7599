import { randomInt } from 'node:crypto'

/** A secret nobody else has: what is found of it anywhere was leaked from where it was put. */
export type PlantedSecret = { readonly label: string; readonly value: string }

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/**
 * Makes one secret a label: 40 random letters and digits, so that even a part of eight is nobody else's by chance, and
 * nothing in the repository can contain one.
 */
export const plantSecrets = (labels: readonly string[]): PlantedSecret[] =>
  labels.map((label) => ({
    label,
    value: Array.from({ length: 40 }, () => alphabet[randomInt(alphabet.length)]).join(''),
  }))
