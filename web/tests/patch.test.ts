// Patches: what they change, what they leave alone, and that one that does not fit is refused.
import { describe, expect, it } from 'vitest';
import { patched } from '../src/patch';

const house = () => ({ sun: 5, cars: [{ id: 'a', amps: 6 }, { id: 'b', amps: 0 }], mode: { code: 'pv' }, 'a/b~c': 1 });

describe('patched', () => {
  it.each([
    ['replaces a member', [{ op: 'replace', path: '/sun', value: 7 }], { ...house(), sun: 7 }],
    ['adds a member', [{ op: 'add', path: '/why', value: null }], { ...house(), why: null }],
    ['removes a member', [{ op: 'remove', path: '/mode' }], (({ mode: _, ...rest }) => rest)(house())],
    ['reaches into a list', [{ op: 'replace', path: '/cars/1/amps', value: 9 }], { ...house(), cars: [house().cars[0], { id: 'b', amps: 9 }] }],
    ['adds at the end of a list', [{ op: 'add', path: '/cars/-', value: 'c' }], { ...house(), cars: [...house().cars, 'c'] }],
    ['inserts into a list', [{ op: 'add', path: '/cars/0', value: 'c' }], { ...house(), cars: ['c', ...house().cars] }],
    ['removes from a list', [{ op: 'remove', path: '/cars/0' }], { ...house(), cars: [house().cars[1]] }],
    ['understands escaped names', [{ op: 'replace', path: '/a~1b~0c', value: 2 }], { ...house(), 'a/b~c': 2 }],
    ['replaces the whole', [{ op: 'replace', path: '', value: [] }], []],
    ['does one after the other', [{ op: 'remove', path: '/cars/1' }, { op: 'replace', path: '/cars/0/amps', value: 8 }], { ...house(), cars: [{ id: 'a', amps: 8 }] }],
  ])('%s', (_, patch, after) => expect(patched(house(), patch)).toEqual(after));

  it('leaves the old one as it was and shares what did not change', () => {
    const before = house();
    const after = patched(before, [{ op: 'replace', path: '/cars/1/amps', value: 9 }]) as ReturnType<typeof house>;
    expect(before).toEqual(house());
    expect(after.mode).toBe(before.mode);
    expect(after.cars[0]).toBe(before.cars[0]);
    expect(after.cars[1]).not.toBe(before.cars[1]);
  });

  it.each([
    ['a member that is not there', [{ op: 'replace', path: '/moon', value: 1 }]],
    ['a way that ends early', [{ op: 'add', path: '/sun/x', value: 1 }]],
    ['a place behind the end', [{ op: 'add', path: '/cars/3', value: 1 }]],
    ['a place that is no number', [{ op: 'replace', path: '/cars/x', value: 1 }]],
    ['removing the end of a list', [{ op: 'remove', path: '/cars/2' }]],
    ['another operation', [{ op: 'move', from: '/sun', path: '/moon' }]],
    ['no pointer', [{ op: 'replace', path: 'sun', value: 1 }]],
    ['no list', { op: 'replace' }],
    ['removing everything', [{ op: 'remove', path: '' }]],
  ])('refuses %s', (_, patch) => expect(() => patched(house(), patch)).toThrow());
});
