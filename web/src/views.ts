// The views of the page. The one that is shown stands in the address behind the #, so that it can be kept and gone back from.
import { untrack } from 'svelte';
import type { Scope } from './door.svelte';

export type View = 'overview' | 'schedule' | 'policies' | 'settings';

export const views: { id: View; name: string; needs: Scope }[] = [
  { id: 'overview', name: 'Overview', needs: 'view' },
  { id: 'schedule', name: 'Schedule', needs: 'view' },
  { id: 'policies', name: 'Policies', needs: 'view' },
  { id: 'settings', name: 'Settings', needs: 'operate' },
];

/** The view that an address asks for; the overview where there is none, or not for who asks. */
export function viewOf(hash: string, may: (needed: Scope) => boolean): View {
  const asked = views.find(({ id }) => `#${id}` === hash);
  return asked && may(asked.needs) ? asked.id : 'overview';
}

/** Calls `work` at once, then every so many ms and when somebody looks again; not while nobody does. Ends with what it gives back. */
export function whileSeen(work: () => void, every: number): () => void {
  const look = (): void => {
    if (!document.hidden) work();
  };
  untrack(work);
  const timer = setInterval(look, every);
  document.addEventListener('visibilitychange', look);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', look);
  };
}
