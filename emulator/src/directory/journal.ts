/** What happened to one object; the delta queries are answered from these entries. */
export type Happening =
  | { readonly what: 'created' | 'soft-deleted' | 'restored' | 'purged' }
  | { readonly what: 'changed'; readonly names: readonly string[] }
  | {
      readonly what: 'member-added' | 'member-removed'
      readonly member: number
      readonly why?: MemberReason
    }
  | { readonly what: 'manager-changed'; readonly before: number | undefined }

/**
 * Why an edge came or went, when nobody changed the group itself: the member was purged,
 * soft-deleted or restored; or somebody did change the group while the member was soft-deleted.
 */
export type MemberReason = 'purged' | 'soft-deleted' | 'restored' | 'while-away'

/** What groups/delta does not tell about members. */
export type Silence = {
  readonly silentPurges: boolean
  readonly silentSoftDeletes: boolean
  readonly losesChangesWhileAway: boolean
}

export type Change = { readonly version: number; readonly handle: number } & Happening

/** The append-only list of changes since the world was made; version 0 is the seed data. */
export class Journal {
  /** Called after every entry. */
  onWrite: () => void = () => undefined
  #changes: Change[] = []

  /** The version that the next reader has seen when it has read everything. */
  get version(): number {
    return this.#changes.length
  }

  write(handle: number, happening: Happening): void {
    this.#changes.push({ version: this.#changes.length + 1, handle, ...happening })
    this.onWrite()
  }

  /** The changes after version `from`, up to and including version `to`. */
  between(from: number, to: number): readonly Change[] {
    return this.#changes.slice(from, to)
  }
}

const silencedBy: Readonly<Record<MemberReason, keyof Silence>> = {
  purged: 'silentPurges',
  'soft-deleted': 'silentSoftDeletes',
  restored: 'silentSoftDeletes',
  'while-away': 'losesChangesWhileAway',
}

/** Whether the outside world hears of a change. */
export function isTold(change: Change, silence: Silence): boolean {
  return !('why' in change) || change.why === undefined || !silence[silencedBy[change.why]]
}
