import type { TestClient } from './client.ts'

type Item = { id: string; [name: string]: unknown }
type MemberItem = { id: string; '@removed'?: unknown }

/** What a delta client knows: objects by id and members by group, merged as Graph's rules say. */
export class Replica {
  readonly objects = new Map<string, Item>()
  readonly members = new Map<string, Set<string>>()
  readonly removed: { id: string; reason: string }[] = []
  pages = 0
  items = 0
  deltaLink = ''
  readonly #client: TestClient

  constructor(client: TestClient) {
    this.#client = client
  }

  /** Follows one round to its deltaLink. */
  async read(url: string, headers: Record<string, string> = {}): Promise<void> {
    for (let next: string | undefined = url; next !== undefined; ) {
      const { status, body, text } = await this.#client.graph(next, { headers })
      if (status !== 200) throw new Error(`${next} answered ${status} ${text}`)
      this.pages++
      for (const item of body.value) this.merge(item)
      next = body['@odata.nextLink']
      if (next === undefined) this.deltaLink = body['@odata.deltaLink']
    }
  }

  merge(item: Item): void {
    this.items++
    const removal = item['@removed'] as { reason: string } | undefined
    if (removal) {
      this.removed.push({ id: item.id, reason: removal.reason })
      this.objects.delete(item.id)
      return
    }
    const { 'members@delta': changes = [], 'manager@delta': _manager, ...rest } = item
    this.objects.set(item.id, { ...this.objects.get(item.id), ...rest })
    const members = this.members.get(item.id) ?? new Set<string>()
    for (const change of changes as MemberItem[]) {
      if (change['@removed']) members.delete(change.id)
      else members.add(change.id)
    }
    this.members.set(item.id, members)
  }
}
