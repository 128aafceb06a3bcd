/** Our mark: a line made fast between two bollards. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="var(--accent)" />
      <g fill="none" stroke="#fff" strokeWidth="2.75" strokeLinecap="round" strokeLinejoin="round">
        <path d="M8.5 9.5v14M23.5 9.5v14" />
        <path d="M8.5 12.5c1.6 4.4 4.2 6.6 7.5 6.6s5.9-2.2 7.5-6.6" />
        <path d="M6.5 9.5h4M21.5 9.5h4" />
      </g>
    </svg>
  )
}
