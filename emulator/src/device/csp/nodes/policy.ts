import type { Machine } from '../machine.ts'
import { type NodeDefinition, provider, type Row } from '../node.ts'
import { namesBelow, readWritten } from '../written.ts'
import { numbers, texts } from './policy-values.ts'

/**
 * Policy: what is written under Config shows under Result. Any area and policy is taken; of some the
 * values are known.
 *
 * @see Windows "Policy CSP"
 */
export const policy: readonly NodeDefinition[] = (['Device', 'User'] as const).flatMap((scope) => {
  const root = `./${scope}/Vendor/MSFT/Policy`
  const shown = (machine: Machine, names: readonly string[]) =>
    readWritten(machine, `${root}/Config/${names.join('/')}`)
  return provider(root, {}, [
    ['Config', 'ADG', 'node'],
    ['Config/{area}', 'ADG', 'node'],
    ...(scope === 'Device' ? known() : []),
    ['Config/{area}/{policy}', 'ADGR', 'null'],
    ['Result', 'G', 'node'],
    ['Result/{area}', 'G', 'node', { list: (machine) => namesBelow(machine, `${root}/Config`) }],
    [
      'Result/{area}/{policy}',
      'G',
      'null',
      {
        list: (machine, [area = '']) => namesBelow(machine, `${root}/Config/${area}`),
        read: shown,
      },
    ],
    ['ConfigOperations/ADMXInstall', 'ADG', 'node'],
    ['ConfigOperations/ADMXInstall/{app}', 'ADG', 'node'],
    ['ConfigOperations/ADMXInstall/{app}/{kind}', 'ADG', 'node'],
    ['ConfigOperations/ADMXInstall/{app}/{kind}/{file}', 'ADGR', 'chr'],
  ])
})

function known(): Row[] {
  const areas = [...new Set([...Object.keys(numbers), ...Object.keys(texts)])]
  return [
    ...areas.flatMap((area): Row[] => [
      [`Config/${area}`, 'ADG', 'node'],
      [`Config/${area}/{policy}`, 'ADGR', 'null'],
    ]),
    ...Object.entries(numbers).flatMap(([area, policies]) =>
      Object.entries(policies).map(
        ([name, range]): Row => [`Config/${area}/${name}`, 'ADGR', 'int', { range }],
      ),
    ),
    ...Object.entries(texts).flatMap(([area, names]) =>
      names.map((name): Row => [`Config/${area}/${name}`, 'ADGR', 'chr']),
    ),
  ]
}
