import { qrCode } from './qr-code.ts'

/** A QR code, drawn here: what is in it goes nowhere. */
export function QrCode({
  text,
  label,
  size = 176,
}: {
  text: string
  label: string
  size?: number
}) {
  const rows = qrCode(text)
  const dots = rows.flatMap((row, y) =>
    row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')),
  )
  return (
    <svg
      width={size}
      height={size}
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label={label}
    >
      <path d={dots.join('')} fill="#000" />
    </svg>
  )
}
