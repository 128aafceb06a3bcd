// The arrows of ARCHITECTURE.md: who may import whom. `npm run check` fails when one is broken.

// Rooms by level, lowest first. A room may import rooms of a lower level only.
const LEVELS = [
  ['organizations', 'connection', 'certificates', 'audit'],
  ['directory', 'devices', 'terms-of-use', 'notifications'],
  ['roles'],
  ['sign-in'],
  ['single-sign-on', 'policies', 'enrolment', 'change-notifications'],
  ['management', 'enrolment-doctor'],
  ['compliance'],
  // They ask everybody how they are.
  ['set-up', 'overview'],
]

// Libraries that one or two folders keep to themselves.
const HOMES = {
  platform: ['@electric-sql/pglite', 'pg', 'pg-boss', 'pino', 'prom-client'],
  entra: ['jose', 'openid-client'],
  'certificates|connection': ['@peculiar/x509'],
  'entra|platform': ['undici'],
}

const forbid = (name, from, to) => ({ name, severity: 'error', from, to })
const src = (...folders) => `^server/src/(${folders.join('|')})/`

// A room's test may say what the admin reads: the room's codes put into words by all the texts.
const roomTest = '\\.room\\.test\\.ts$'
const texts = '^server/src/app/texts\\.ts$'

const lookDown = LEVELS.flatMap((names, level) =>
  names.flatMap((room) => {
    const notBelow = LEVELS.slice(level)
      .flat()
      .filter((other) => other !== room)
    const above = [src(...notBelow, 'app'), '^server/src/main']
    const name = `${room} looks down only`
    return [
      forbid(name, { path: src(room), pathNot: roomTest }, { path: above }),
      forbid(name, { path: `${src(room)}.*${roomTest}` }, { path: above, pathNot: texts }),
    ]
  }),
)
const frontDoors = LEVELS.flat().map((room) => {
  const outside = { path: '^server/src/', pathNot: src(room) }
  return forbid(`enter ${room} by its index`, outside, { path: src(room), pathNot: '/index\\.ts$' })
})
const homes = Object.entries(HOMES).map(([home, libraries]) => {
  const elsewhere = { path: '^server/src/', pathNot: src(home) }
  const library = `node_modules/(@types/)?(${libraries.join('|')})/`
  return forbid(`used in ${home} only`, elsewhere, { path: library })
})
const everyFolder = [...LEVELS.flat(), 'app', 'entra', 'formats', 'platform'].join('|')

// A room test talks to the outside world as the server does, over HTTP: it may start the emulator
// (and the harness may do it for it). Nothing that ships may.
const meetsTheOutside = [roomTest, '^server/testing/']
const isTest = ['\\.test\\.ts$', '^server/testing/']
// What stories may see of the server: its front door, the settings an administrator would give it, and
// the harness that gives it a database.
const storyDoors = ['^server/src/app/(start|config)\\.ts$', '^server/testing/']

module.exports = {
  forbidden: [
    ...lookDown,
    ...frontDoors,
    ...homes,
    forbid('every room has a level', {}, { path: `^server/src/(?!(${everyFolder})/|main\\.ts$)` }),
    forbid(
      'formats know nobody',
      { path: src('formats'), pathNot: isTest },
      { path: '^(server/(?!src/formats/)|contract/)' },
    ),
    forbid(
      'formats do no I/O',
      { path: src('formats'), pathNot: isTest },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'entra knows no room',
      { path: src('entra') },
      { path: '^server/src/(?!entra/|formats/|platform/)' },
    ),
    forbid(
      'platform knows nobody',
      { path: src('platform') },
      { path: '^server/src/(?!platform/)' },
    ),
    forbid(
      'the product knows no test harness',
      { path: '^server/(src|migrations)/', pathNot: isTest },
      { path: '^server/testing/' },
    ),
    forbid(
      'the contract belongs to neither',
      { path: '^contract/' },
      { path: '^(server|portal|emulator|e2e)/' },
    ),
    forbid(
      'the portal knows only the contract',
      { path: '^portal/' },
      { path: '^(server|emulator|e2e)/' },
    ),
    forbid(
      'the outside world shares only HTTP',
      { path: '^emulator/' },
      { path: '^(server|contract|portal|e2e)/' },
    ),
    forbid('the server knows no outside', { path: '^server/' }, { path: '^(portal|e2e)/' }),
    forbid(
      'only room tests meet the emulator',
      { path: '^server/', pathNot: meetsTheOutside },
      { path: '^emulator/' },
    ),
    forbid('stories use the door', { path: '^e2e/' }, { path: '^server/', pathNot: storyDoors }),
    forbid('stories know no screen', { path: '^e2e/' }, { path: '^(portal|contract)/' }),
    // An import that cannot be followed is an arrow that nobody checks.
    forbid('every import is found', {}, { couldNotResolve: true }),
    forbid('no circles', {}, { circular: true }),
  ],
  options: {
    // Types count too: a room that knows another's types knows the room.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // Our own bundles only: the libraries' dist/ is where HOMES finds them.
    exclude: { path: '^(contract|server|portal|emulator|e2e)/dist/' },
    // Workspaces reach each other by package name, through "exports".
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      // The last two: packages of nothing but types.
      mainFields: ['module', 'main', 'types', 'typings'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.css', '.d.ts'],
    },
  },
}
