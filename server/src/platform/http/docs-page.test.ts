import { expect, test } from 'vitest'
import { createTexts } from '../texts.ts'
import { describeSchema } from './describe-schema.ts'
import { renderDocs } from './docs-page.ts'
import { html } from './html.ts'
import en from './messages.en.json' with { type: 'json' }
import { describeApi } from './openapi.ts'

const page = renderDocs(describeApi(), {
  texts: createTexts({ en, de: en }),
  codes: ['notFound'],
})

test('the page shows every call and explains every code, without scripts', () => {
  expect(page).toMatch('<b>PATCH</b> /organizations/{org}')
  expect(page).toMatch('<dt id="problem-notFound">')
  expect(page).not.toMatch(/<script|javascript:|src=|https?:\/\//)
})

test('what is put into a page is escaped', () => {
  expect(html`<p>${'<script>"&\''}</p>`.text).toBe('<p>&lt;script&gt;&quot;&amp;&#39;</p>')
})

test('schemas read like types', () => {
  expect(
    describeSchema({
      type: 'object',
      properties: {
        items: { type: 'array', items: { $ref: '#/components/schemas/Organization' } },
        nextCursor: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        state: { enum: ['on', 'off'] },
      },
      required: ['items', 'nextCursor'],
    }),
  ).toBe('{\n  items: Organization[]\n  nextCursor: string | null\n  state?: "on" | "off"\n}')
})
