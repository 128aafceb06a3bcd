import { readTraits, TRAIT_NODES } from '@mooring/contract/device-traits'
import { expect, test } from 'vitest'
import { nodeById } from './device-nodes.ts'
import { readValue, toneOf } from './read-fact.ts'

// The list is filtered by traits, a device's own page draws its facts: both must mean the same.

test.each([
  ['encrypted', 'encryption', 'drive'],
  ['secureBoot', 'secureBoot', 'secureBoot'],
  ['firewall', 'firewall', 'firewall'],
  ['antivirus', 'antivirus', 'antivirus'],
  ['signatures', 'antivirusSignatures', 'antivirusSignatures'],
] as const)(
  'what lists call %s is what the page of a device shows as good',
  (trait, fact, node) => {
    for (const value of ['0', '1', '2', '3', '4', '9', 'true', 'false', '']) {
      const tone = toneOf(readValue(nodeById(node), value))
      const shown = tone === 'ok' ? true : tone === 'wrong' || tone === 'attention' ? false : null
      const traits = readTraits({ [TRAIT_NODES[fact]]: { value, code: 200 } })

      expect(traits[trait], `${node} "${value}"`).toBe(shown)
    }
  },
)
