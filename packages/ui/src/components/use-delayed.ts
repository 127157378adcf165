import { useEffect, useState } from 'react';

/** True once `active` has been true for a while: what is quick needs no skeleton. */
export function useDelayed(active: boolean, millis = 150): boolean {
  const [due, setDue] = useState(false);
  useEffect(() => {
    if (!active) return undefined;
    const timer = setTimeout(() => setDue(true), millis);
    return () => {
      clearTimeout(timer);
      setDue(false);
    };
  }, [active, millis]);
  return active && due;
}
