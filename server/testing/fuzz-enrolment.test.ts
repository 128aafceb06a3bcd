import { expect, test } from 'vitest'
import { readCorpus } from './fuzz-corpus.ts'
import { makeFuzzMessage } from './fuzz-messages.ts'
import { runFuzz } from './fuzz-run.ts'

// The short form of `npm run fuzz:enrolment`, which sends a million.

const corpus = readCorpus({ samples: false })
const SEED = 20_260_101

test('nothing that is sent to a reader makes it throw, take long, or keep memory', () => {
  const report = runFuzz({ corpus, seed: SEED, from: 0, messages: 2000 })

  expect(report.findings).toEqual([])
  expect(Object.keys(report.byEntrance)).toHaveLength(10)
})

test('what the corpus has is read as it is, so that changing it leads somewhere', () => {
  const entrance = (name: string) => {
    for (let number = 0; ; number += 1) {
      const made = makeFuzzMessage(corpus, SEED, number)
      if (made.entrance.name === name) return made.entrance
    }
  }

  for (const bytes of corpus.soap) expect(entrance('soap').enter(bytes)).toBeDefined()
  for (const bytes of corpus.syncml) expect(entrance('syncml').enter(bytes)).toBeDefined()
})

test('a message is the same whenever its seed and number are', () => {
  const made = [0, 1, 2, 3, 4].map((number) => makeFuzzMessage(corpus, 7, number).bytes)

  expect([0, 1, 2, 3, 4].map((number) => makeFuzzMessage(corpus, 7, number).bytes)).toEqual(made)
  expect(makeFuzzMessage(corpus, 8, 0).bytes).not.toEqual(made[0])
})

test('a reader that throws or takes long is found, with its message', () => {
  const make = (_: typeof corpus, seed: number, number: number) => ({
    bytes: Buffer.from(`${seed} ${number}`),
    entrance: {
      name: 'bad',
      takes: 'text',
      share: 1,
      enter: () => {
        if (number === 3) throw new TypeError('of nobody')
        if (number === 5) for (const end = cpu() + 80; cpu() < end; );
        return undefined
      },
    } as const,
  })
  const cpu = () => process.threadCpuUsage().user / 1000

  const { findings } = runFuzz({ corpus, seed: 9, from: 0, messages: 8, make })

  expect(findings).toMatchObject([
    { number: 3, what: expect.stringContaining('of nobody'), bytes: Buffer.from('9 3') },
    { number: 5, what: expect.stringMatching(/^takes \d+ ms$/) },
  ])
})
