/** The mark: a list with one line ticked. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 22 22" aria-hidden className="text-accent">
      <rect width="22" height="22" rx="5.5" fill="currentColor" />
      <g stroke="var(--accent-on)" strokeLinecap="round" strokeLinejoin="round" fill="none">
        <path d="M11.5 6h5M11.5 16h5M5.5 6h2M5.5 16h2" strokeWidth="1.7" opacity=".62" />
        <path d="M5.3 11l2.3 2.4 3.6-4.7M13.6 11h2.9" strokeWidth="1.9" />
      </g>
    </svg>
  );
}
