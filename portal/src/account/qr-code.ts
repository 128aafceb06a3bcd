import encodeQR from 'qr'

/** The dark fields of a QR code, row by row, with one light field around them. */
export function qrCode(text: string): boolean[][] {
  return encodeQR(text, 'raw', { border: 1, ecc: 'medium' })
}
