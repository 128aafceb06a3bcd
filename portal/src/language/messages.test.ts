import { describe, expect, test } from 'vitest'

type Tree = { [key: string]: string | Tree }
const catalogues = import.meta.glob<Tree>('../*/messages.*.json', {
  eager: true,
  import: 'default',
})
const read = (room: string, language: string): Tree =>
  catalogues[`../${room}/messages.${language}.json`] ?? {}
const rooms = Object.keys(catalogues).flatMap(
  (file) => /(\w[\w-]*)\/messages\.en/.exec(file)?.[1] ?? [],
)

/** `path → text` of every message. */
function flatten(tree: Tree, path = ''): Map<string, string> {
  const all = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    const here = path ? `${path}.${key}` : key
    if (typeof value === 'string') all.set(here, value)
    else for (const [inner, text] of flatten(value, here)) all.set(inner, text)
  }
  return all
}

const holes = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map((match) => match[1]).sort()
const marks = (text: string) => [...text.matchAll(/<\/?(\w+)>/g)].map((match) => match[0]).sort()

test('there are rooms with messages', () => {
  expect(rooms.length).toBeGreaterThan(5)
})

describe.each(rooms)('the messages of %s', (room: string) => {
  const english = flatten(read(room, 'en'))
  const german = flatten(read(room, 'de'))

  test('have the same keys in both languages', () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort())
  })

  test('are nowhere empty', () => {
    expect([...english, ...german].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  test('fill the same holes and mark the same parts', () => {
    for (const [key, text] of english) {
      expect([key, holes(german.get(key) ?? '')]).toEqual([key, holes(text)])
      expect([key, marks(german.get(key) ?? '')]).toEqual([key, marks(text)])
    }
  })
})
