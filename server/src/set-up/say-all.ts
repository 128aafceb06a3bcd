import type { Language, Texts, Values } from '../platform/texts.ts'

/** The texts `<prefix>.1`, `<prefix>.2` … as far as they go. */
export function sayAll(
  texts: Texts,
  language: Language,
  prefix: string,
  values: Values = {},
): string[] {
  const said: string[] = []
  for (let number = 1; texts.has(`${prefix}.${number}`); number += 1) {
    said.push(texts.say(language, `${prefix}.${number}`, values))
  }
  return said
}
