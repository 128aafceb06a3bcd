// Writes docs/permissions.md: every route, what it asks of its caller, and which roles have that.
import { writeFileSync } from 'node:fs'
import { type Endpoint, endpoints } from '../contract/src/endpoints.ts'
import { type Permission, ROLE_PERMISSIONS, Role } from '../contract/src/permissions.ts'

const all = Object.entries(endpoints) as [string, Endpoint][]
const tags = [...new Set(all.map(([, { tag }]) => tag))].sort()
const mark = (permission: Permission, role: Role) =>
  permission === 'public' || ROLE_PERMISSIONS[role].includes(permission) ? '●' : ''
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

const lines = [
  '# Permissions',
  '',
  'Written by `node tools/write-permissions.ts` from the table of the API; `npm run check` fails when it is out of date,',
  'and `server/src/app/api.room.test.ts` tries every route with every role, without a credential, and with one of another',
  'organization.',
  '',
  'All paths are below `/api/v1`. `public` asks for nothing, `signedIn` for a session or an API token of any role. Roles add up.',
  'Owners of the first organization (and their tokens) act in every organization; everybody else in their own alone, and',
  '`organizations.manage` counts for them only. **⚿**: a session must prove anew who acts, bound to the very call',
  '([ADR 0026](decisions/0026-step-up.md)).',
  '',
]
for (const tag of tags) {
  lines.push(`## ${tag}`, '')
  lines.push(row(['route', 'permission', ...Role.options]))
  lines.push(row(['---', '---', ...Role.options.map(() => ':-:')]))
  for (const [, endpoint] of all.filter(([, { tag: of }]) => of === tag)) {
    const route = `\`${endpoint.method} ${endpoint.path}\`${endpoint.stepUp ? ' **⚿**' : ''}`
    const marks = Role.options.map((role) => mark(endpoint.permission, role))
    lines.push(row([route, `\`${endpoint.permission}\``, ...marks]))
  }
  lines.push('')
}
writeFileSync('docs/permissions.md', lines.join('\n'))
