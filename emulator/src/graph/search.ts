import type { DirectoryObject } from '../directory/records.ts'
import { badRequest } from './graph-error.ts'
import { propertyOf } from './render.ts'

/**
 * Compiles `$search="displayName:abc"`, also joined by AND or OR. A word matches at the beginning
 * of any word of the property.
 * @see Graph "Use the $search query parameter"
 */
export function compileSearch(text: string): (object: DirectoryObject) => boolean {
  const clauses = [...text.matchAll(/"(\w+):([^"]*)"/g)].map(([, name = '', wanted = '']) => {
    const words = toWords(wanted)
    return (object: DirectoryObject) => {
      const present = toWords(String(propertyOf(object, name) ?? ''))
      return words.every((word) => present.some((candidate) => candidate.startsWith(word)))
    }
  })
  if (clauses.length === 0)
    throw badRequest(
      'Syntax error: character \':\' is not valid at position 0. $search needs "property:value".',
    )
  const isAny = /"\s+OR\s+"/.test(text)
  return (object) =>
    isAny ? clauses.some((test) => test(object)) : clauses.every((test) => test(object))
}

function toWords(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\s.@_-]+/)
    .filter((word) => word !== '')
}
