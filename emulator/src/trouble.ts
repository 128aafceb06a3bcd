/**
 * How to ask for failures: rules by request, or names of users, groups and devices that misbehave.
 *
 * A rule strikes the requests it describes; see `trouble/fault.ts` for everything that can happen,
 * and `trouble/sentinels.ts` for the names.
 */
import { type Chance, startChance } from './chance.ts'
import { decodeText, type Request } from './http/request.ts'
import type { Fault, FaultRule } from './trouble/fault.ts'

/** A rule that is in force. */
export type ActiveRule = {
  readonly id: number
  readonly rule: FaultRule
  /** Requests that fitted so far, and those that were struck. */
  readonly seen: number
  readonly struck: number
}

type Counted = { id: number; rule: FaultRule; seen: number; struck: number; chance: Chance }

/** The fault rules in force, in the order in which they were added. */
export class Trouble {
  #rules: Counted[] = []
  #count = 0

  /** Adds a rule and returns its number, by which it can be removed or looked at. */
  add(rule: FaultRule): number {
    const id = ++this.#count
    this.#rules.push({ id, rule, seen: 0, struck: 0, chance: startChance(rule.seed ?? id) })
    return id
  }

  remove(id: number): void {
    this.#rules = this.#rules.filter((counted) => counted.id !== id)
  }

  clear(): void {
    this.#rules = []
  }

  get rules(): readonly ActiveRule[] {
    return this.#rules.map(({ id, rule, seen, struck }) => ({ id, rule, seen, struck }))
  }

  /** The faults that strike this request; every fitting rule counts it. */
  pick(request: Request, side: 'login' | 'graph'): { name: string; fault: Fault }[] {
    const picked: { name: string; fault: Fault }[] = []
    for (const counted of this.#rules) {
      if (!fits(counted.rule, request, side)) continue
      counted.seen++
      if (!strikes(counted)) continue
      counted.struck++
      picked.push({ name: counted.rule.name ?? counted.rule.fault.kind, fault: counted.rule.fault })
    }
    return picked
  }
}

function fits(rule: FaultRule, request: Request, side: 'login' | 'graph'): boolean {
  if (rule.side !== undefined && rule.side !== side) return false
  if (rule.method !== undefined && rule.method.toUpperCase() !== request.method) return false
  if (rule.path !== undefined && !toPattern(rule.path).test(plainPath(request.path))) return false
  return rule.query === undefined || decodeText(request.query).includes(rule.query)
}

function strikes({ rule, seen, struck, chance }: Counted): boolean {
  if (rule.nth !== undefined && !rule.nth.includes(seen)) return false
  if (rule.after !== undefined && seen <= rule.after) return false
  if (rule.count !== undefined && struck >= rule.count) return false
  return rule.probability === undefined || chance.next() < rule.probability
}

/** The path with one spelling of the delta function. */
function plainPath(path: string): string {
  return path.replace(/\/(?:microsoft\.graph\.)?delta(?:\(\))?$/i, '/delta')
}

function toPattern(glob: string): RegExp {
  const escaped = glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
  return new RegExp(`^${escaped}$`, 'i')
}
