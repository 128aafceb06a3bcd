import type { DirectoryObject } from '../directory/records.ts'
import type { Json } from '../http/reply.ts'
import { badRequest, unsupportedQuery } from './graph-error.ts'
import { type GraphType, propertyTables } from './properties.ts'
import { propertyOf } from './render.ts'

/** A compiled $filter. `advanced`: works only with ConsistencyLevel: eventual and $count=true. */
export type Filter = {
  readonly matches: (object: DirectoryObject) => boolean
  readonly advanced: boolean
}

type Value = Json | undefined
type Test = (object: DirectoryObject) => boolean

/**
 * Compiles the $filter grammar that Graph documents for directory objects: eq, ne, not, in, ge, le,
 * startswith, endswith, and/or, parentheses, and `any` over collections of strings.
 *
 * @throws GraphError 400 for what is no filter or no property of the type
 * @see Graph "Use the $filter query parameter to filter a collection of objects"
 */
export function compileFilter(type: GraphType, text: string): Filter {
  const parser = new FilterParser(type, tokenize(text))
  const matches = parser.parseOr()
  parser.expectEnd()
  return { matches, advanced: parser.advanced }
}

/** @throws GraphError 400 when an advanced query lacks its header or $count. */
export function checkAdvanced(filter: Filter, isEventual: boolean, isCounted: boolean): void {
  if (!filter.advanced || (isEventual && isCounted)) return
  throw unsupportedQuery(
    "Operator 'Not' is not supported because the 'ConsistencyLevel:eventual' header is missing. Refer to https://aka.ms/graph-docs/advanced-queries for more information",
  )
}

function tokenize(text: string): string[] {
  const tokens = text.match(/'(?:[^']|'')*'|[(),:]|[^\s(),:']+(?::\d+)*[^\s(),:']*/g)
  if (!tokens) throw invalidFilter()
  return tokens
}

class FilterParser {
  advanced = false
  readonly #type: GraphType
  readonly #tokens: string[]
  #place = 0

  constructor(type: GraphType, tokens: string[]) {
    this.#type = type
    this.#tokens = tokens
  }

  parseOr(): Test {
    let left = this.#parseAnd()
    while (this.#accept('or')) {
      const [first, second] = [left, this.#parseAnd()]
      left = (object) => first(object) || second(object)
    }
    return left
  }

  expectEnd(): void {
    if (this.#place < this.#tokens.length) throw invalidFilter()
  }

  #parseAnd(): Test {
    let left = this.#parseUnary()
    while (this.#accept('and')) {
      const [first, second] = [left, this.#parseUnary()]
      left = (object) => first(object) && second(object)
    }
    return left
  }

  #parseUnary(): Test {
    if (this.#accept('not')) {
      this.advanced = true
      const inner = this.#parseUnary()
      return (object) => !inner(object)
    }
    if (this.#accept('(')) {
      const inner = this.parseOr()
      this.#expect(')')
      return inner
    }
    const word = this.#next()
    const name = word.toLowerCase()
    if ((name === 'startswith' || name === 'endswith') && this.#peek() === '(')
      return this.#parseFunction(name)
    const any = /^(\w+)\/any$/i.exec(word)
    if (any?.[1] !== undefined) return this.#parseAny(any[1])
    return this.#parseComparison(this.#property(word))
  }

  #parseFunction(name: string): Test {
    this.#expect('(')
    const property = this.#property(this.#next())
    this.#expect(',')
    const wanted = fold(this.#literal())
    this.#expect(')')
    if (name === 'endswith') this.advanced = true
    return (object) => {
      const value = fold(propertyOf(object, property))
      if (typeof value !== 'string' || typeof wanted !== 'string') return false
      return name === 'endswith' ? value.endsWith(wanted) : value.startsWith(wanted)
    }
  }

  /** `groupTypes/any(c:c eq 'Unified')`, `proxyAddresses/any(p:startswith(p,'smtp:a'))` */
  #parseAny(collection: string): Test {
    const property = this.#property(collection)
    this.#expect('(')
    const variable = this.#next()
    this.#expect(':')
    const isFunction = this.#accept('startswith')
    if (isFunction) this.#expect('(')
    if (this.#next() !== variable) throw invalidFilter()
    this.#expect(isFunction ? ',' : 'eq')
    const wanted = fold(this.#literal())
    this.#expect(')')
    if (isFunction) this.#expect(')')
    return (object) => {
      const values = propertyOf(object, property)
      if (!Array.isArray(values)) return false
      return values.some((value) =>
        isFunction ? String(fold(value)).startsWith(String(wanted)) : fold(value) === wanted,
      )
    }
  }

  #parseComparison(property: string): Test {
    const operator = this.#next().toLowerCase()
    if (operator === 'in') {
      const wanted = this.#list().map(fold)
      return (object) => wanted.includes(fold(propertyOf(object, property) ?? null))
    }
    const wanted = fold(this.#literal())
    const value = (object: DirectoryObject) => fold(propertyOf(object, property) ?? null)
    switch (operator) {
      case 'eq':
        return (object) => value(object) === wanted
      case 'ne':
        this.advanced = true
        return (object) => value(object) !== wanted
      case 'ge':
        return (object) => compare(value(object), wanted, (order) => order >= 0)
      case 'le':
        return (object) => compare(value(object), wanted, (order) => order <= 0)
      default:
        throw invalidFilter()
    }
  }

  #list(): Json[] {
    const values: Json[] = []
    this.#expect('(')
    do values.push(this.#literal())
    while (this.#accept(','))
    this.#expect(')')
    return values
  }

  #property(word: string): string {
    const table = propertyTables[this.#type]
    const found = [...table.usual, ...table.onRequest].find(
      (name) => name.toLowerCase() === word.toLowerCase(),
    )
    if (found === undefined) {
      throw badRequest(
        `Could not find a property named '${word}' on type 'microsoft.graph.${this.#type}'.`,
      )
    }
    return found
  }

  #literal(): Json {
    const token = this.#next()
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'")
    if (token === 'true' || token === 'false') return token === 'true'
    if (token === 'null') return null
    if (/^\d{4}-\d\d-\d\d/.test(token)) return token
    if (/^-?\d+$/.test(token)) return Number(token)
    throw invalidFilter()
  }

  #peek(): string | undefined {
    return this.#tokens[this.#place]
  }

  #next(): string {
    const token = this.#tokens[this.#place++]
    if (token === undefined) throw invalidFilter()
    return token
  }

  #accept(word: string): boolean {
    if (this.#peek()?.toLowerCase() !== word) return false
    this.#place++
    return true
  }

  #expect(word: string): void {
    if (!this.#accept(word)) throw invalidFilter()
  }
}

/** Graph compares strings without regard to case. */
function fold(value: Value): Value {
  return typeof value === 'string' ? value.toLowerCase() : value
}

function compare(value: Value, wanted: Value, holds: (order: number) => boolean): boolean {
  if (typeof value !== 'string' || typeof wanted !== 'string') return false
  return holds(value < wanted ? -1 : value > wanted ? 1 : 0)
}

function invalidFilter() {
  return badRequest('Invalid filter clause: syntax error.')
}
