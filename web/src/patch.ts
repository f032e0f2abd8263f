// RFC 6902 patches, as far as the daemon sends them: add, remove and replace.
//
// The document that is patched stays as it was; what did not change is shared with the new one, so that the page can tell
// by identity what it has to draw again.

type Step = { op: string; path: string; value?: unknown };

/** The steps of a pointer (RFC 6901); throws when it is none. */
function steps(path: string): string[] {
  if (path === '') return [];
  if (!path.startsWith('/')) throw new Error(`"${path}" is no JSON pointer`);
  return path.slice(1).split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function place(list: unknown[], step: string, end: number): number {
  const index = step === '-' ? list.length : Number(step);
  if (!/^(-|0|[1-9][0-9]*)$/.test(step) || index > end) throw new Error(`"${step}" is no place in a list of ${list.length}`);
  return index;
}

function changed(at: unknown, path: string[], { op, value }: Step): unknown {
  const step = path[0];
  if (step === undefined) {
    if (op === 'remove') throw new Error('the whole cannot be removed');
    return value;
  }
  const last = path.length === 1;
  if (Array.isArray(at)) {
    const list = [...(at as unknown[])];
    const index = place(list, step, last && op === 'add' ? list.length : list.length - 1);
    if (!last) list[index] = changed(list[index], path.slice(1), { op, path: '', value });
    else if (op === 'add') list.splice(index, 0, value);
    else if (op === 'remove') list.splice(index, 1);
    else list[index] = value;
    return list;
  }
  if (typeof at !== 'object' || at === null) throw new Error(`there is no "${step}" in a ${typeof at}`);
  const members = { ...(at as Record<string, unknown>) };
  if (!(last && op === 'add') && !Object.hasOwn(members, step)) throw new Error(`there is no "${step}" to ${op}`);
  if (last && op === 'remove') delete members[step];
  else members[step] = last ? value : changed(members[step], path.slice(1), { op, path: '', value });
  return members;
}

/** What becomes of `document`; throws when the patch does not fit it. */
export function patched(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw new Error('a patch is a list');
  return (patch as Step[]).reduce((at, step) => {
    if (!['add', 'remove', 'replace'].includes(step.op)) throw new Error(`"${step.op}" is not understood`);
    return changed(at, steps(step.path), step);
  }, document);
}
