import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { expectAccessible, openPage } from './world/browser.ts'

const GOOD = `<!doctype html><html lang="en"><title>Good</title>
  <style>@media (prefers-color-scheme: dark) { body { background: #000; color: #fff } }</style>
  <main><h1>Mooring</h1><p><span id="wide">WWWW</span><br><span id="narrow">iiii</span></p></main></html>`

test('the browser that npm brings draws text with a proportional font', async () => {
  await using window = await openPage()
  await window.page.setContent(GOOD)

  const wide = await window.page.locator('#wide').boundingBox()
  const narrow = await window.page.locator('#narrow').boundingBox()

  expect(wide?.width).toBeGreaterThan(2 * (narrow?.width ?? Number.POSITIVE_INFINITY))
})

test('a window has the width, colours and language it was asked for', async () => {
  await using window = await openPage({ width: 390, colorScheme: 'dark', language: 'de' })
  await window.page.setContent(GOOD)

  const seen = await window.page.evaluate(() => ({
    width: innerWidth,
    isDark: matchMedia('(prefers-color-scheme: dark)').matches,
    language: navigator.language,
  }))

  expect(seen).toEqual({ width: 390, isDark: true, language: 'de-DE' })
})

test('a screenshot is a picture in the reports', async () => {
  await using window = await openPage()
  await window.page.setContent(GOOD)

  const file = await window.screenshot('the-test-browser')

  expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG')
})

test('a page without barriers is let through, and one with a barrier is not', async () => {
  await using window = await openPage()

  await window.page.setContent(GOOD)
  await expectAccessible(window.page)

  await window.page.setContent('<!doctype html><html lang="en"><img src="data:,"></html>')
  await expect(expectAccessible(window.page)).rejects.toThrow('image-alt')
})

test('nothing outside this machine can be reached', async () => {
  await using window = await openPage()

  await expect(window.page.goto('http://example.com/')).rejects.toThrow('ERR_NAME_NOT_RESOLVED')
})
