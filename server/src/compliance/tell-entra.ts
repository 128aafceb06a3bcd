import { z } from 'zod'
import type { ConnectionClient, ConnectionClients } from '../connection/index.ts'
import { EntraError } from '../entra/entra-error.ts'
import { GraphError } from '../entra/graph/graph-error.ts'
import { NetworkError } from '../entra/network-error.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Logger } from '../platform/log.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import {
  AGAIN_MS,
  type EntraView,
  isMarked,
  isOthers,
  judgeRefusal,
  notReached,
  type Trouble,
  toPatch,
} from './judge-answer.ts'
import {
  listOrganizationsToTell,
  saveTold,
  type Told,
  type ToTell,
  takeToTell,
} from './marks-store.ts'

export type TellParts = {
  readonly db: Database['db']
  readonly clients: ConnectionClients
  readonly clock: Clock
  readonly log: Logger
}

/** As many are taken and noted together; a request to Graph carries twenty readings. */
const AT_ONCE = 100
/** @see graph.md 5.2, write-back queue */
const WRITES_AT_ONCE = 10
/** So often a mark is set again after somebody else has overwritten it, until it changes: two masters would fight. */
const MOST_OVERWRITTEN = 3

/**
 * Tells Entra which devices are managed and compliant: of each the last that it is to know.
 *
 * Any number of processes may do it: each takes others. What was sent and not noted, because the process
 * died, is sent once more, which does no harm.
 *
 * @returns how many marks Graph took.
 */
export async function tellEntra(parts: TellParts, signal?: AbortSignal): Promise<number> {
  let count = 0
  for (const organization of await listOrganizationsToTell(parts.db, parts.clock.now())) {
    try {
      count += await tellAbout(parts, organization, signal)
    } catch (error) {
      // One tenant that is not reached keeps nobody else waiting; its marks are due again before long.
      parts.log.warn({ organization, err: error }, 'Entra could not be told of devices')
    }
  }
  return count
}

async function tellAbout(
  parts: TellParts,
  organization: OrganizationId,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { db, clients, clock } = parts
  let count = 0
  for (;;) {
    signal?.throwIfAborted()
    const client = await clients.find(organization)
    if (!client) return count
    const marks = await takeToTell(db, organization, { now: clock.now(), limit: AT_ONCE })
    if (marks.length === 0) return count
    const told = await tellOrGiveUp({ client, clock, signal }, marks)
    await saveTold(db, organization, told, clock.now())
    count += told.filter(({ toldAt }) => toldAt).length
    // What concerns everything of this tenant concerns the next ones as well.
    if (told.some(({ problem }) => problem === 'notReached' || problem === 'notMdmApplication')) {
      return count
    }
  }
}

type Teller = {
  readonly client: ConnectionClient
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
}

/** Where the tenant is not reached at all, nothing was told. */
async function tellOrGiveUp(teller: Teller, marks: readonly ToTell[]): Promise<Told[]> {
  try {
    return await tellMarks(teller, marks)
  } catch (error) {
    teller.signal?.throwIfAborted()
    if (
      !(error instanceof NetworkError || error instanceof EntraError || error instanceof GraphError)
    )
      throw error
    return marks.map((mark) => failed(teller, mark, notReached(mark.tries)))
  }
}

/** Looks, writes and looks again. */
async function tellMarks(teller: Teller, marks: readonly ToTell[]): Promise<Told[]> {
  const before = await readViews(teller, marks)
  const outcomes = new Map<string, Told>()
  const toWrite = marks.filter((mark) => {
    const found = before.get(mark.deviceId)
    const trouble = found && troubleBefore(teller, mark, found)
    if (trouble) outcomes.set(mark.deviceId, failed(teller, mark, trouble))
    return !trouble
  })
  const written: ToTell[] = []
  await inParallel(toWrite, WRITES_AT_ONCE, async (mark) => {
    const trouble = await write(teller, mark)
    if (trouble) outcomes.set(mark.deviceId, failed(teller, mark, trouble))
    else written.push(mark)
    // Nobody else of this tenant will fare better: they are left as they are.
    return trouble?.code !== 'notReached' && trouble?.code !== 'notMdmApplication'
  })
  const after = await readViews(teller, written)
  const now = teller.clock.now()
  for (const mark of written) {
    const view = after.get(mark.deviceId)
    const isKept = view !== undefined && 'isManaged' in view && isMarked(view, mark.wanted)
    const was = before.get(mark.deviceId)
    const wasOverwritten = was !== undefined && 'isManaged' in was && isOverwritten(mark, was)
    outcomes.set(mark.deviceId, {
      deviceId: mark.deviceId,
      mark: mark.wanted,
      toldAt: now,
      confirmedAt: isKept ? now : undefined,
      nextAt: new Date(now.getTime() + AGAIN_MS),
      problem: isKept || view === undefined ? undefined : 'notKept',
      wasOverwritten,
    })
  }
  // Those that nobody came to are due again in a moment.
  return marks.map(
    (mark) => outcomes.get(mark.deviceId) ?? failed(teller, mark, notReached(mark.tries)),
  )
}

function troubleBefore(
  { client }: Teller,
  mark: ToTell,
  found: EntraView | Trouble,
): Trouble | undefined {
  if ('code' in found) return found
  if (isOthers(found, client.connection.clientId)) return { code: 'otherMdm', retryMs: AGAIN_MS }
  if (isOverwritten(mark, found) && mark.overwritten >= MOST_OVERWRITTEN)
    return { code: 'twoMasters' }
  return undefined
}

/** Entra had it, and has something else now. */
const isOverwritten = ({ told, wanted, confirmedAt }: ToTell, view: EntraView) =>
  told === wanted && confirmedAt !== null && !isMarked(view, wanted)

function failed({ clock }: Teller, { deviceId, wanted }: ToTell, { code, retryMs }: Trouble): Told {
  return {
    deviceId,
    mark: wanted,
    toldAt: undefined,
    confirmedAt: undefined,
    nextAt: retryMs === undefined ? undefined : new Date(clock.now().getTime() + retryMs),
    problem: code,
    wasOverwritten: false,
  }
}

/** @returns what went wrong. */
async function write(
  { client, signal }: Teller,
  { entraDeviceId, wanted, tries }: ToTell,
): Promise<Trouble | undefined> {
  const options = { priority: 'Low', ...(signal && { signal }) } as const
  try {
    await client.graph.send('PATCH', pathOf(entraDeviceId), toPatch(wanted), options)
    return undefined
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof GraphError) return judgeRefusal(error.status, tries)
    return notReached(tries)
  }
}

const View = z.object({
  isManaged: z.boolean().nullish(),
  isCompliant: z.boolean().nullish(),
  mdmAppId: z.string().nullish(),
})
const pathOf = (entraDeviceId: string) => `/devices(deviceId='${entraDeviceId}')`

/** What Entra has of devices; absent: it could not be read just now. */
async function readViews(
  { client, signal }: Teller,
  marks: readonly ToTell[],
): Promise<ReadonlyMap<string, EntraView | Trouble>> {
  const paths = marks.map(
    ({ entraDeviceId }) => `${pathOf(entraDeviceId)}?$select=isManaged,isCompliant,mdmAppId`,
  )
  if (paths.length === 0) return new Map()
  const options = { priority: 'Low', ...(signal && { signal }) } as const
  const answers = await client.graph.getEach(paths, options)
  const views = new Map<string, EntraView | Trouble>()
  for (const [place, answer] of answers.entries()) {
    const mark = marks[place]
    if (!mark) continue
    if (answer.kind === 'refused') {
      // Who may not read may still be let write; and that it may not is told by the writing.
      if (answer.error.status === 404) views.set(mark.deviceId, judgeRefusal(404, mark.tries))
      continue
    }
    const view = View.safeParse(answer.answer.json)
    if (!view.success) continue
    const { isManaged, isCompliant, mdmAppId } = view.data
    views.set(mark.deviceId, {
      isManaged: isManaged === true,
      isCompliant: isCompliant === true,
      mdmAppId: mdmAppId ?? undefined,
    })
  }
  return views
}

/** @param work `false`: no more of them is begun. */
async function inParallel<Item>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<boolean>,
): Promise<void> {
  const left = [...items]
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      if (!(await work(item))) left.length = 0
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker))
}
