import type { ReactNode } from 'react';

export function Logo(): ReactNode {
  return (
    <svg width="18" height="18" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M1.5 3.5h13M4 8h8M7.5 12.5h5" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />
    </svg>
  );
}
