import decodeQR from 'qr/decode.js'
import { expect, test } from 'vitest'
import { qrCode } from './qr-code.ts'

const SCALE = 4
const QUIET = 4

test('a camera reads out of the picture what was put in', () => {
  const uri =
    'otpauth://totp/Mooring:ada@example.org?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Mooring'

  const rows = qrCode(uri)

  expect(decodeQR(toImage(rows))).toBe(uri)
})

/** As a camera would see it: dark fields on a white card. */
function toImage(rows: boolean[][]) {
  const size = (rows.length + 2 * QUIET) * SCALE
  const data = new Uint8ClampedArray(size * size * 4).fill(255)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const field = (place: number) => Math.floor(place / SCALE) - QUIET
      if (rows[field(y)]?.[field(x)]) data.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3)
    }
  }
  return { width: size, height: size, data }
}
