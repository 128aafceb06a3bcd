/** Our mark: a cleat, the thing on a quay that a line is made fast to. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="var(--accent)" />
      <g fill="none" stroke="#fff" strokeWidth="2.75" strokeLinecap="round" strokeLinejoin="round">
        <path d="M5.5 11.5c2.2 2.3 5 3 10.5 3s8.3-.7 10.5-3" />
        <path d="M12 14.5v8M20 14.5v8M9 24h14" />
      </g>
    </svg>
  )
}
