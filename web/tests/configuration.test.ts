// Keys of the configuration as a form shows them, and what the form sends.
import { describe, expect, it } from 'vitest';
import { emptyInWords, fieldOf, fixed, found, guard, type Key, nameOf, originInWords, rangeInWords, sections, typed, valueInWords } from '../src/configuration';

const key = (more: Partial<Key> = {}): Key => ({
  path: 'config.startStopDelay', takes: 'number', unit: 's', least: 0, most: 86400, default: '60', meaning: 'how long the sun must be above startWatts',
  secret: false, used: true, changes: 'running', guards_wiring: false, group: null, value: null, from: 'default', bound: null, ...more,
});

describe('sections', () => {
  const all = sections([
    key(), key({ path: 'circuits.main.fuse.maxAmps', group: 'circuits', unit: 'A' }), key({ path: 'control.HTTP.tls', takes: 'true or false', meaning: 'encrypt' }),
    key({ path: 'config.mode' }), key({ path: 'mqtt.broker.host', meaning: 'where it is' }),
  ]);

  it('follow each other as they are told, and those of parts have their names, with dots in them too', () => {
    expect(all.map(({ title, keys }) => `${title}: ${keys.map(nameOf).join(' ')}`)).toEqual([
      'Limits and habits: startStopDelay mode', 'Circuit main.fuse: maxAmps', 'Page and programs: tls', 'mqtt.broker: host',
    ]);
  });

  it('are searched by all words, in places, titles and meanings', () => {
    const named = (words: string): string[] => found(all, words).flatMap(({ keys }) => keys.map(({ path }) => path));
    expect(named('')).toHaveLength(5);
    expect(named('ENCRYPT')).toEqual(['control.HTTP.tls']);
    expect(named('circuit amps')).toEqual(['circuits.main.fuse.maxAmps']);
    expect(named('circuit encrypt')).toEqual([]);
  });
});

describe('a key', () => {
  it('tells its value with its unit, what it is by default, and nothing of a secret', () => {
    expect(valueInWords(key(), '90')).toBe('90\u00a0s');
    expect(valueInWords(key(), null)).toBe('60\u00a0s');
    expect(valueInWords(key({ default: undefined as never }), null)).toBe('not set');
    expect(valueInWords(key({ takes: 'true or false' }), 'On')).toBe('yes');
    expect(valueInWords(key({ secret: true }), '…')).toBe('set, and never shown');
    expect(valueInWords(key({ secret: true }), null)).toBe('not set');
    expect(valueInWords(key(), '')).toBe('nothing');
  });

  it('tells its range and where its value comes from', () => {
    expect(rangeInWords(key())).toBe('0 to 86400\u00a0s, default 60\u00a0s');
    expect(rangeInWords(key({ least: -5 }))).toMatch(/^−5 to/);
    expect([originInWords(key()), originInWords(key({ from: 'page' })), originInWords(key({ default: undefined as never }))]).toEqual(['by default', 'chosen here', '']);
    expect([emptyInWords(key()), emptyInWords(key({ default: undefined as never }))]).toEqual(['by default 60\u00a0s.', 'not set.']);
  });

  it('that the file or the environment decides cannot be changed here', () => {
    expect(fixed(key())).toBeNull();
    expect(fixed(key({ changes: 'never_on_page' }))).toMatch(/in the file/);
    expect(fixed(key({ secret: true }))).toMatch(/in the file/);
    expect(fixed(key({ from: 'environment' }))).toMatch(/environment/);
  });

  it('that guards the wiring can be lowered to its bound, and not at all at its least', () => {
    const wiring = key({ guards_wiring: true, unit: 'A', bound: 16 });
    expect([fixed(wiring), guard(wiring)]).toEqual([null, 'It guards the wiring: can be lowered here, raised only in the file; at most 16\u00a0A.']);
    expect(guard(key({ guards_wiring: true }))).toMatch(/raised only in the file\.$/);
    expect(fixed({ ...wiring, bound: 0 })).toMatch(/at its least/);
    expect(guard(key())).toBeNull();
  });

  it.each([
    [key(), '90', 90],
    [key(), ' 1e2 ', 100],
    [key(), 'many', 'many'],
    [key({ takes: 'true or false' }), 'true', true],
    [key({ takes: 'true or false' }), 'false', false],
    [key({ takes: 'text' }), '90', '90'],
    [key({ takes: 'list of texts' }), 'L2 L3 L1', 'L2 L3 L1'],
  ])('%#: is sent as what it is', (one, field, sent) => expect(typed(one, field)).toBe(sent));

  it('fills a field as its choices are written', () => {
    expect(fieldOf(key({ takes: 'one of', choices: ['POST', 'GET'], value: 'get' }))).toBe('GET');
    expect(fieldOf(key({ takes: 'true or false', value: '1' }))).toBe('true');
    expect([fieldOf(key()), fieldOf(key({ value: '45' }))]).toEqual(['', '45']);
  });
});
