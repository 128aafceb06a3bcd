import type { GuideStep } from '@mooring/contract/set-up'
import type messages from '../messages.en.json'

/** A word as Entra shows it; the messages hold it in both languages. */
export type Word = keyof typeof messages.excerpt.word

export type Part =
  | { kind: 'commands'; words: readonly Word[]; mark?: Word }
  | { kind: 'field'; label: Word; value?: string; mark?: true }
  | { kind: 'choice'; label: Word; words: readonly Word[]; mark?: Word }
  | { kind: 'tiles'; words: readonly Word[]; mark: Word }
  | { kind: 'row'; cells: readonly Cell[]; head?: true }
  | { kind: 'box'; word: Word; checked: boolean; mark?: true }
export type Cell = { word?: Word; text?: string; sign?: 'granted' | 'missing'; mark?: true }

/** A small drawing of one Entra page: its menu, with the entry at hand, and the parts that matter. */
export type Excerpt = { menu: readonly Word[]; at: Word; parts: readonly Part[] }

const APP_MENU = [
  'overview',
  'authentication',
  'secrets',
  'apiPermissions',
] as const satisfies readonly Word[]
const STARS = '••••••••••'
const GUID = '3f0c…9e21'

const signLine = (text: string, sign: 'granted' | 'missing', word: Word): Part => ({
  kind: 'row',
  cells: [{ text }, { sign, word }],
})

/** Steps that happen in Entra; the others have no drawing. */
export const EXCERPTS: Partial<Record<GuideStep['id'], Excerpt>> = {
  domain: {
    menu: ['overview', 'customDomains', 'mobility'],
    at: 'customDomains',
    parts: [
      { kind: 'commands', words: ['addCustomDomain'], mark: 'addCustomDomain' },
      { kind: 'field', label: 'customDomain', value: 'mdm.example.com' },
    ],
  },
  'mdm-application': {
    menu: ['overview', 'customDomains', 'mobility'],
    at: 'mobility',
    parts: [
      { kind: 'commands', words: ['addApplication'], mark: 'addApplication' },
      { kind: 'tiles', words: ['otherApplication', 'onPremises'], mark: 'onPremises' },
      { kind: 'field', label: 'name', value: 'Mooring' },
      { kind: 'commands', words: ['add'], mark: 'add' },
    ],
  },
  'app-registration': {
    menu: ['overview', 'enterpriseApps', 'registrations'],
    at: 'registrations',
    parts: [
      { kind: 'commands', words: ['newRegistration'], mark: 'newRegistration' },
      { kind: 'field', label: 'name', value: 'Mooring' },
      { kind: 'commands', words: ['register'], mark: 'register' },
    ],
  },
  'mdm-urls': {
    menu: ['overview', 'customDomains', 'mobility'],
    at: 'mobility',
    parts: [
      { kind: 'choice', label: 'userScope', words: ['none', 'some', 'all'], mark: 'some' },
      { kind: 'field', label: 'termsUrl', value: 'https://…/termsOfUse', mark: true },
      { kind: 'field', label: 'discoveryUrl', value: 'https://…', mark: true },
      { kind: 'commands', words: ['save'], mark: 'save' },
    ],
  },
  ids: {
    menu: APP_MENU,
    at: 'overview',
    parts: [
      { kind: 'row', cells: [{ word: 'name' }, { text: 'Mooring' }] },
      { kind: 'row', cells: [{ word: 'clientId' }, { text: GUID, mark: true }] },
      { kind: 'row', cells: [{ word: 'objectId' }, { text: '81d2…04bc' }] },
      { kind: 'row', cells: [{ word: 'tenantId' }, { text: 'c5a7…13f8', mark: true }] },
    ],
  },
  'application-id-uri': {
    menu: APP_MENU,
    at: 'overview',
    parts: [
      { kind: 'row', cells: [{ word: 'clientId' }, { text: GUID }] },
      { kind: 'row', cells: [{ word: 'appIdUri' }, { text: 'https://…', mark: true }] },
      { kind: 'field', label: 'appIdUri', value: 'https://…' },
      { kind: 'commands', words: ['save'], mark: 'save' },
    ],
  },
  secret: {
    menu: APP_MENU,
    at: 'secrets',
    parts: [
      { kind: 'commands', words: ['newSecret'], mark: 'newSecret' },
      { kind: 'row', head: true, cells: [{ word: 'value' }, { word: 'secretId' }] },
      { kind: 'row', cells: [{ text: STARS, mark: true }, { text: GUID }] },
    ],
  },
  permissions: {
    menu: APP_MENU,
    at: 'apiPermissions',
    parts: [
      { kind: 'commands', words: ['addPermission'], mark: 'addPermission' },
      { kind: 'tiles', words: ['graph'], mark: 'graph' },
      { kind: 'tiles', words: ['delegated', 'application'], mark: 'application' },
    ],
  },
  consent: {
    menu: APP_MENU,
    at: 'apiPermissions',
    parts: [
      { kind: 'commands', words: ['grantConsent'], mark: 'grantConsent' },
      signLine('User.Read.All', 'granted', 'granted'),
      signLine('Group.Read.All', 'granted', 'granted'),
      signLine('Device.ReadWrite.All', 'missing', 'notGranted'),
    ],
  },
  'redirect-uri': {
    menu: APP_MENU,
    at: 'authentication',
    parts: [
      { kind: 'commands', words: ['addPlatform'], mark: 'addPlatform' },
      { kind: 'tiles', words: ['web'], mark: 'web' },
      { kind: 'field', label: 'redirectUri', value: 'https://…', mark: true },
      { kind: 'box', word: 'idTokens', checked: false, mark: true },
    ],
  },
}
