import { describe, expect, it } from 'vitest'
import { startChance } from '../chance.ts'
import { Directory } from '../directory/directory.ts'
import { renderObject, writeProperties, writeSetProperties } from './render.ts'
import { remembering } from './written.ts'

const directory = new Directory({ now: () => new Date(0), chance: startChance(1) })
const add = (displayName: string) =>
  directory.user(
    directory.addUser({ userPrincipalName: `${directory.users.length}@x.example`, displayName }).id,
  )

describe('what was written of an object', () => {
  it('is written once, and again after every change of the object', () => {
    const user = add('Ada')
    let written = 0
    const write = remembering((object) => `{${++written} ${object.record.displayName}}`)
    const look = () => write(directory, user, names).toString()
    const names = ['displayName']

    const texts = [look(), look()]
    directory.updateUser(user.record.id, { displayName: 'Bo' })
    texts.push(look())
    directory.deleteUser(user.record.id)
    texts.push(look())
    directory.restoreUser(user.record.id)
    texts.push(look(), look())

    expect(texts).toEqual(['1 Ada', '1 Ada', '2 Bo', '3 Bo', '4 Bo', '4 Bo'])
  })

  it('is kept by directory and by selection', () => {
    const user = add('Cleo')
    const write = remembering((_, names) => `{${names.join('+')}}`)
    const other = new Directory({ now: () => new Date(0), chance: startChance(1) })

    expect(write(directory, user, ['id']).toString()).toBe('id')
    expect(write(directory, user, ['id', 'mail']).toString()).toBe('id+mail')
    expect(write(other, user, ['mail']).toString()).toBe('mail')
    expect(write(directory, user, ['id']).toString()).toBe('id')
  })

  it.each([
    'plain',
    'with "quotes" and \\ backslash',
    'line\nand tab\t',
    'control \u0001',
    'Łódź, Ærø, 日本, 🚢',
    'lone \ud800 surrogate',
    '',
  ])('is the JSON of %j', (displayName) => {
    const user = add(displayName)
    const names = ['id', 'displayName', 'businessPhones', 'onPremisesExtensionAttributes', 'mail']

    const inList = `{${writeProperties(directory, user, names)}}`
    const inDelta = `{${writeSetProperties(directory, user, ['displayName', 'mail'])}}`

    expect(JSON.parse(inList)).toEqual(renderObject(user, names))
    expect(JSON.parse(inDelta)).toEqual({ displayName, id: user.record.id })
  })
})
