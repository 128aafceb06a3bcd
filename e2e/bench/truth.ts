import type { EmulatorProcess } from './emulator-process.ts'

type Kind = 'user' | 'group' | 'device' | 'servicePrincipal' | 'orgContact'

/** What the emulator itself says is in its tenant. */
export type Truth = {
  readonly users: readonly {
    readonly id: string
    readonly displayName?: string | null
    readonly accountEnabled?: boolean | null
  }[]
  readonly groups: readonly {
    readonly id: string
    readonly displayName?: string | null
    readonly visibility?: string | null
  }[]
  /** Direct memberships that an app without Member.Read.Hidden is told. */
  readonly edges: readonly {
    readonly group: string
    readonly member: string
    readonly kind: Kind
  }[]
  /** Memberships of groups that hide their members. */
  readonly hidden: number
}

const AT_ONCE = 16

/** Reads everything over the control port: not by the code that answers Graph requests. */
export async function readTruth(emulator: EmulatorProcess): Promise<Truth> {
  const users = await emulator.control<Truth['users']>('GET', '/directory/users')
  const groups = await emulator.control<Truth['groups']>('GET', '/directory/groups')
  const edges: Truth['edges'][number][] = []
  let hidden = 0
  const waiting = [...groups]
  const work = async () => {
    for (let group = waiting.pop(); group; group = waiting.pop()) {
      const path = `/directory/groups/${group.id}/members`
      const members = await emulator.control<{ id: string; kind: Kind }[]>('GET', path)
      if (group.visibility === 'HiddenMembership') hidden += members.length
      else for (const { id, kind } of members) edges.push({ group: group.id, member: id, kind })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return { users, groups, edges, hidden }
}
