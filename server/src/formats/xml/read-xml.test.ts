import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readXml, STRANGERS } from './read-xml.ts'
import { node, writeXml } from './write-xml.ts'
import { childOf, findAt, textOf, XmlRefused } from './xml-element.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const read = (text: string) => readXml(bytes(text), STRANGERS)

function refusal(document: string | Uint8Array): string {
  try {
    readXml(typeof document === 'string' ? bytes(document) : document, STRANGERS)
  } catch (error) {
    if (error instanceof XmlRefused) return error.code
    throw error
  }
  return 'read'
}

test('names lose their prefixes and keep their namespaces', () => {
  const root = read('<a:Top xmlns:a="urn:x" a:kind="one"><b xmlns="urn:y"> text </b></a:Top>')

  expect(root).toMatchObject({
    name: 'Top',
    namespace: 'urn:x',
    attributes: [{ name: 'kind', namespace: 'urn:x', value: 'one' }],
  })
  expect(textOf(findAt(root, 'b'))).toBe('text')
  expect(childOf(root, 'b')?.namespace).toBe('urn:y')
})

test('text, CDATA and the five entities add up; a BOM and a declaration are let pass', () => {
  const root = read(
    '\ufeff<?xml version="1.0" encoding="UTF-8"?><t>a&amp;<![CDATA[<b>]]>&#x263a;</t>',
  )

  expect(root.text).toBe('a&<b>☺')
})

describe('a document is refused', () => {
  test.each([
    ['with a document type', '<!DOCTYPE t><t/>', 'documentType'],
    ['with entities of its own', '<!DOCTYPE t [<!ENTITY a "b">]><t>&a;</t>', 'documentType'],
    [
      'with an entity from elsewhere',
      '<!DOCTYPE t SYSTEM "file:///etc/passwd"><t/>',
      'documentType',
    ],
    ['with an entity nobody declared', '<t>&nbsp;</t>', 'notWellFormed'],
    ['with an instruction', '<?xml-stylesheet href="a"?><t/>', 'processingInstruction'],
    ['that says another encoding', '<?xml version="1.0" encoding="utf-16"?><t/>', 'otherEncoding'],
    ['with two roots', '<t/><t/>', 'notWellFormed'],
    ['with an open end', '<t><u></t>', 'notWellFormed'],
    ['with an attribute twice', '<t a="1" a="2"/>', 'notWellFormed'],
    [
      'with the same attribute by two prefixes',
      '<t xmlns:a="u" xmlns:b="u" a:x="1" b:x="2"/>',
      'notWellFormed',
    ],
    ['with a prefix nobody declared', '<a:t/>', 'notWellFormed'],
    ['with a control character', '<t>\u0001</t>', 'notWellFormed'],
    ['that is empty', '', 'notWellFormed'],
    ['that is no XML', 'GET / HTTP/1.1', 'notWellFormed'],
    ['that is too deep', '<a>'.repeat(65) + '</a>'.repeat(65), 'tooDeep'],
    ['that is far too deep', '<a>'.repeat(60_000), 'tooDeep'],
    ['with too many elements', `<t>${'<a/>'.repeat(20_001)}</t>`, 'tooManyElements'],
    ['with too much text', `<t>${'x'.repeat(201 * 1024)}</t>`, 'tooMuchText'],
    ['with too much of a comment', `<t><!--${'x'.repeat(201 * 1024)}--></t>`, 'tooMuchText'],
    ['that is too large', `<t>${' '.repeat(300 * 1024)}</t>`, 'tooLarge'],
  ])('%s', (_what, document, code) => {
    expect(refusal(document)).toBe(code)
  })

  test('with too many attributes', () => {
    const attributes = Array.from({ length: 33 }, (_, index) => ` a${index}="1"`).join('')

    expect(refusal(`<t${attributes}/>`)).toBe('tooManyAttributes')
  })

  test.each([
    ['UTF-16', Buffer.from('\ufeff<t/>', 'utf16le')],
    [
      'bytes that are no UTF-8',
      Buffer.from([0x3c, 0x74, 0x3e, 0xc3, 0x28, 0x3c, 0x2f, 0x74, 0x3e]),
    ],
    ['an overlong slash', Buffer.from([0x3c, 0x74, 0xc0, 0xaf, 0x3e])],
  ])('in %s', (_what, document) => {
    expect(refusal(document)).toBe('notUtf8')
  })

  test('with something twice that is meant once', () => {
    expect(() => childOf(read('<t><a/><a/></t>'), 'a')).toThrow(XmlRefused)
  })
})

test('names from outside are no keys of ours', () => {
  const root = read('<t __proto__="x"><constructor>y</constructor><__proto__/></t>')

  expect(textOf(childOf(root, 'constructor'))).toBe('y')
  expect(({} as Record<string, unknown>)['x']).toBeUndefined()
})

/** Whether XML 1.0 can hold a character at all. */
const isHeld = (character: string) =>
  character >= ' ' ? !'\ufffe\uffff'.includes(character) : '\t\n\r'.includes(character)

test('whatever is written is read back as it was', () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,20}$/)
  // XML cannot hold other characters; a reader makes one line end of all kinds.
  const value = fc.string({ unit: 'grapheme' }).filter((text) => [...text].every(isHeld))

  fc.assert(
    fc.property(name, name, value, value, (element, attribute, one, two) => {
      const root = read(writeXml(node(element, { [attribute]: one }, two)))
      expect(root.text).toBe(two)
      expect(root.attributes[0]?.value).toBe(one)
    }),
  )
})

test('characters that XML cannot hold are replaced when written', () => {
  expect(writeXml(node('t', {}, 'a\u0000b\ud800c'))).toBe('<t>a\ufffdb\ufffdc</t>')
})

test('whatever comes, it is read or refused, and never anything else', () => {
  const pieces = fc.constantFrom(
    '<',
    '>',
    '</',
    '/>',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?xml',
    '?>',
    '&',
    ';',
    '&#',
    '="',
    '"',
    "'",
    'a',
    ':',
    'xmlns',
    '<a>',
    '</a>',
    '<!DOCTYPE',
    ' ',
    '\n',
    '\u0000',
    '\ud83d',
    '\ufffe',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
      expect(refusal(parts.join(''))).toMatch(/^\w+$/)
    }),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => {
      expect(refusal(garbage)).toMatch(/^\w+$/)
    }),
    { numRuns: 500 },
  )
})
