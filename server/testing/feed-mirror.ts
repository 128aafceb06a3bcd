import assert from 'node:assert/strict'
import type { Selectable } from 'kysely'
import type { Schema } from '../src/platform/schema.ts'

type ChangeRow = Selectable<Schema['directory_changes']>

type Person = {
  id: string | null
  state: 'active' | 'disabled' | 'removed'
  /** When the person was locked away. */
  removedAt: Date | undefined
  /** What the feed told of the fields, as far as it did. */
  readonly fields: Map<string, string | null>
}

/**
 * A reader that knows the directory by its change feed alone, and is strict: nothing is told twice,
 * nothing is told that was not so before, and no number is left out.
 */
export class FeedMirror {
  readonly people = new Map<string, Person>()
  readonly groups = new Map<string, { isShown: boolean }>()
  readonly edges = new Set<string>()
  last: number

  constructor(last: number) {
    this.last = last
  }

  /** Takes the next rows, oldest first. */
  follow(rows: readonly ChangeRow[]): void {
    for (const row of rows) {
      assert.equal(Number(row.number), this.last + 1, 'the numbers of the feed have no gaps')
      this.last = Number(row.number)
      if (row.object === 'user') this.#user(row)
      if (row.object === 'group') this.#group(row)
      if (row.object === 'membership') this.#membership(row)
    }
  }

  /** People who are shown, those who are locked by Entra included. */
  get shown(): Map<string, 'active' | 'disabled'> {
    const found = new Map<string, 'active' | 'disabled'>()
    for (const [id, { state }] of this.people) if (state !== 'removed') found.set(id, state)
    return found
  }

  #user(row: ChangeRow): void {
    const id = row.entra_id ?? ''
    const person = this.people.get(id)
    const told = `number ${row.number}: ${row.change} of ${id}, who was ${person?.state ?? 'not here'}`
    if (row.change === 'created') {
      assert.ok(!person, told)
      const state = row.reason === 'accountDisabled' ? 'disabled' : 'active'
      const fields = new Map<string, string | null>()
      this.people.set(id, { id: row.object_id, state, removedAt: undefined, fields })
      return
    }
    assert.ok(person, told)
    assert.equal(row.object_id, person.id, `${told}: another id of ours`)
    switch (row.change) {
      case 'updated':
        // Values of people who are gone for good are taken out of the history.
        if (!row.fields) person.fields.clear()
        for (const [name, [was, is]] of Object.entries((row.fields ?? {}) as Fields)) {
          if (person.fields.has(name)) assert.equal(was, person.fields.get(name), told)
          assert.notEqual(was, is, told)
          person.fields.set(name, is)
        }
        return
      case 'disabled':
      case 'enabled':
        assert.equal(person.state, row.change === 'disabled' ? 'active' : 'disabled', told)
        person.state = row.change === 'disabled' ? 'disabled' : 'active'
        return
      case 'removed':
        assert.notEqual(person.state, 'removed', told)
        Object.assign(person, { state: 'removed', removedAt: row.at })
        // Whoever Entra deleted for good is in no group any more; that is not told once for each.
        if (row.reason === 'deleted') this.#forgetEdges(id)
        return
      case 'restored':
        assert.equal(person.state, 'removed', told)
        person.state = row.reason === 'accountDisabled' ? 'disabled' : 'active'
        person.removedAt = undefined
        return
      case 'purged':
        assert.equal(person.state, 'removed', told)
        this.people.delete(id)
        // Whoever is in the recycle bin keeps them, even then.
        if (row.reason === 'deleted') this.#forgetEdges(id)
        return
      default:
        assert.fail(told)
    }
  }

  #group(row: ChangeRow): void {
    const id = row.entra_id ?? ''
    const group = this.groups.get(id)
    const told = `number ${row.number}: ${row.change} of the group ${id}`
    if (row.change === 'created') assert.ok(!group, told)
    else assert.ok(group, told)
    if (row.change === 'removed') assert.ok(group?.isShown, told)
    if (row.change === 'restored') assert.ok(!group?.isShown, told)
    if (row.change === 'purged') {
      assert.ok(!group?.isShown, told)
      // Its memberships go with it; that is not told once for each.
      this.#forgetEdges(id)
      this.groups.delete(id)
      return
    }
    if (row.change !== 'updated') this.groups.set(id, { isShown: row.change !== 'removed' })
  }

  #forgetEdges(id: string): void {
    for (const edge of this.edges) if (edge.includes(id)) this.edges.delete(edge)
  }

  #membership(row: ChangeRow): void {
    const edge = `${row.entra_id} ${row.member_entra_id}`
    const isThere = this.edges.has(edge)
    assert.equal(
      isThere,
      row.change === 'removed',
      `number ${row.number}: ${row.change} of ${edge}`,
    )
    if (row.change === 'added') this.edges.add(edge)
    else this.edges.delete(edge)
  }
}

/** As the engine writes them. */
type Fields = Record<string, [string | null, string | null]>
