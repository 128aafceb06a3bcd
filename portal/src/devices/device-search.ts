import type { DeviceColumn, DeviceSort } from '@mooring/contract/device-lists'
import type { DeviceFilter, DeviceState, Told } from '@mooring/contract/devices'
import { oneOf, type PlainSearch } from '../frame/plain-search.ts'

const DEVICE_STATES = ['enrolled', 'unenrolled', 'wiped'] as const satisfies readonly DeviceState[]
const TOLD = ['yes', 'no', 'unknown'] as const satisfies readonly Told[]

/** Conditions with a few values; in the order in which they are offered. */
export const CHOICES = {
  state: DEVICE_STATES,
  ownership: ['corporate', 'personal'],
  operatingSystem: ['windows11', 'windows10'],
  encrypted: TOLD,
  secureBoot: TOLD,
  tpm: ['2.0', '1.2', 'none', 'unknown'],
  firewall: TOLD,
  antivirus: TOLD,
  signatures: TOLD,
} as const satisfies { readonly [Name in keyof DeviceFilter]?: readonly DeviceFilter[Name][] }
export type ChoiceName = keyof typeof CHOICES
export const CHOICE_NAMES = Object.keys(CHOICES) as ChoiceName[] // its own keys

/** Whole numbers, and the largest that is taken. */
const NUMBERS = {
  notSeenForDays: 3650,
  signaturesOlderThanDays: 3650,
  freeStorageBelowGb: 100_000,
} as const satisfies { readonly [Name in keyof DeviceFilter]?: number }
type NumberName = keyof typeof NUMBERS
export const NUMBER_NAMES = Object.keys(NUMBERS) as NumberName[] // its own keys

const BUILD = /^(?:\d{1,2}\.\d{1,2}\.)?\d{4,5}(?:\.\d{1,5})?$/
export const TEXT_NAMES = ['buildFrom', 'buildTo', 'manufacturer', 'model'] as const
type TextName = (typeof TEXT_NAMES)[number]
/** Those that come by a link, and can only be taken away here. */
const LINKED = ['user', 'group', 'edition', 'entraDeviceId', 'seenBefore', 'enrolledAfter'] as const

export const COLUMNS = [
  'name',
  'user',
  'model',
  'serialNumber',
  'system',
  'edition',
  'ownership',
  'enrolledAt',
  'lastSeenAt',
  'encrypted',
  'secureBoot',
  'tpm',
  'firewall',
  'antivirus',
  'signatures',
  'freeStorage',
  'group',
  'entraDeviceId',
  'id',
  'state',
] as const satisfies readonly DeviceColumn[]
export const USUAL_COLUMNS = [
  'name',
  'user',
  'model',
  'system',
  'ownership',
  'enrolledAt',
  'lastSeenAt',
  'state',
] as const satisfies readonly DeviceColumn[]
const SORTS = ['name', 'lastSeenAt', 'enrolledAt', 'build'] as const satisfies readonly DeviceSort[]

/** A list of devices as its address has it. */
export type DeviceSearch = {
  readonly filter: DeviceFilter
  readonly sort: DeviceSort
  readonly descending: boolean
  /** Left out: the usual ones, or those last chosen on this browser. */
  readonly columns: readonly DeviceColumn[] | undefined
  readonly cursor: string | undefined
}

/** What the address of the list of devices asks for; what it cannot mean is left out. */
export function readDeviceSearch(search: PlainSearch): DeviceSearch {
  const choices = CHOICE_NAMES.map((name) => [name, oneOf<string>(CHOICES[name], search[name])])
  const numbers = NUMBER_NAMES.map((name) => [name, readNumber(search[name], NUMBERS[name])])
  const texts = TEXT_NAMES.map((name) => [name, readText(name, search[name])])
  const linked = LINKED.map((name) => [name, search[name] || undefined])
  const given = [
    ['search', search['search'] || undefined],
    ...choices,
    ...texts,
    ...numbers,
    ...linked,
  ]
  return {
    // Each value was read by the kind of its name.
    filter: Object.fromEntries(given.filter(([, value]) => value !== undefined)) as DeviceFilter,
    sort: oneOf(SORTS, search['sort']) ?? 'name',
    descending: search['descending'] === 'true',
    columns: readColumns(search['columns']),
    cursor: search['cursor'],
  }
}

function readNumber(text: string | undefined, most: number): number | undefined {
  const number = Number(text)
  return /^\d+$/.test(text ?? '') && number >= 1 && number <= most ? number : undefined
}

function readText(name: TextName, text: string | undefined): string | undefined {
  const trimmed = text?.trim() || undefined
  const isBuild = name === 'buildFrom' || name === 'buildTo'
  return trimmed === undefined || (isBuild && !BUILD.test(trimmed)) ? undefined : trimmed
}

/** Names with commas between them, each once; none that is known: nothing. */
export function readColumns(text: string | undefined | null): readonly DeviceColumn[] | undefined {
  const named = new Set((text ?? '').split(','))
  const known = [...named].flatMap((name) => oneOf(COLUMNS, name) ?? [])
  return known.length > 0 ? known : undefined
}

/** What is asked for, as an address tells it; what is not asked for is taken out of one. */
export function writeFilter(filter: DeviceFilter): Record<string, string | undefined> {
  const names = ['search', ...CHOICE_NAMES, ...NUMBER_NAMES, ...TEXT_NAMES, ...LINKED] as const
  return Object.fromEntries(
    names.map((name) => [name, filter[name] === undefined ? undefined : String(filter[name])]),
  )
}

export const isRefined = ({ filter }: DeviceSearch) => Object.keys(filter).length > 0

/** What is looked for most: each one condition. */
export const QUICK = [
  { id: 'notEncrypted', name: 'encrypted', value: 'no' },
  { id: 'firewallOff', name: 'firewall', value: 'no' },
  { id: 'antivirusOff', name: 'antivirus', value: 'no' },
  { id: 'signaturesOld', name: 'signatures', value: 'no' },
  { id: 'secureBootOff', name: 'secureBoot', value: 'no' },
  { id: 'silent', name: 'notSeenForDays', value: '30' },
] as const
