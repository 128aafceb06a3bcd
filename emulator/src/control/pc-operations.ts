import { describePc, type PcOptions } from '../device/pcs.ts'
import { WindowsDevice } from '../device/windows-device.ts'
import { type ControlCall, ControlError, type Operation } from './operation.ts'

const pcFunctions = [
  'enrol',
  'checkIn',
  'renew',
  'unenrol',
  'set',
  'fact',
  'valueOf',
  'drift',
  'refuse',
  'finishReboot',
  'reset',
] as const

/** Windows PCs that other processes drive: the same functions as in-process. */
export const pcOperations: readonly Operation[] = [
  {
    method: 'GET',
    path: '/pcs',
    says: 'the PCs that live here',
    run: ({ world }) => world.pcs.describe(),
  },
  {
    method: 'POST',
    path: '/pcs',
    says: 'another PC; body {"name", "profile"?, "trust"?}',
    run: ({ world, body }) => {
      const options = body as PcOptions // what else it may hold is not looked at
      if (typeof options?.name !== 'string') throw new ControlError(400, 'a PC needs a name')
      return describePc(options.name, world.pcs.add(options))
    },
  },
  {
    method: 'DELETE',
    path: '/pcs/{name}',
    says: 'a PC is no more',
    run: ({ world, values: [name = ''] }) => {
      if (!world.pcs.remove(name)) throw new ControlError(404, `no PC '${name}'`)
    },
  },
  {
    method: 'POST',
    path: '/pcs/{name}/{function}',
    says: `body: array of arguments. ${pcFunctions.join(', ')}`,
    run: usePc,
  },
]

function usePc({ world, values: [name = '', wanted], body }: ControlCall): unknown {
  const pc = world.pcs.find(name)
  const known = pcFunctions.find((candidate) => candidate === wanted)
  if (!pc) throw new ControlError(404, `no PC '${name}'`)
  if (!known) throw new ControlError(404, `no function '${wanted}' of a PC`)
  return Reflect.apply(WindowsDevice.prototype[known], pc, Array.isArray(body) ? body : [])
}
