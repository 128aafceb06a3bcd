/** What happened to one object; the delta queries are answered from these entries. */
export type Happening =
  | { readonly what: 'created' | 'soft-deleted' | 'restored' | 'purged' }
  | { readonly what: 'changed'; readonly names: readonly string[] }
  | { readonly what: 'member-added' | 'member-removed'; readonly member: number }
  | { readonly what: 'manager-changed'; readonly before: number | undefined }

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
