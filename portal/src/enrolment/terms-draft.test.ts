import type { TermsPage } from '@mooring/contract/terms-of-use'
import { expect, test } from 'vitest'
import { draftErrors, isChanged, isNewVersion, toDraft, toInput } from './terms-draft.ts'

const PAGE: TermsPage = {
  enabled: false,
  fallback: 'en',
  texts: { en: { title: 'Terms', body: 'Be kind.' } },
  version: 3,
  updatedAt: null,
  updatedBy: null,
}

test('a page that was not changed is sent as it came', () => {
  const draft = toDraft(PAGE)

  expect(draftErrors(draft)).toEqual(new Set())
  expect(isChanged(draft, PAGE)).toBe(false)
  expect(toInput(draft)).toEqual({ enabled: false, fallback: 'en', texts: PAGE.texts })
})

test('half a text is an error where it is missing, and no text at all is one', () => {
  const draft = toDraft(PAGE)
  const half = { ...draft, texts: { ...draft.texts, de: { title: ' ', body: 'Sei nett.' } } }
  const none = toDraft({ ...PAGE, texts: {} })

  expect(draftErrors(half)).toEqual(new Set(['de.title']))
  expect(draftErrors(none)).toEqual(new Set(['none']))
})

test('the language for everybody else is one that has a text', () => {
  const draft = toDraft({ ...PAGE, fallback: 'de' })

  expect(toInput(draft).fallback).toBe('en')
})

test('only another text makes a new version', () => {
  const draft = toDraft(PAGE)
  const switched = { ...draft, enabled: true }
  const rewritten = { ...draft, texts: { ...draft.texts, en: { title: 'Terms', body: 'New.' } } }

  expect(isChanged(switched, PAGE)).toBe(true)
  expect(isNewVersion(switched, PAGE)).toBe(false)
  expect(isNewVersion(rewritten, PAGE)).toBe(true)
})
