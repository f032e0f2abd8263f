// Kinds of energy sources as a form shows them, and the line that is written down.
import { describe, expect, it } from 'vitest';
import { addressOf, grouped, hint, isKind, isTrial, type Kind, line, missing, type Option, roleInWords, told } from '../src/kinds';

const option = (more: Partial<Option> = {}): Option => ({ name: 'host', takes: 'host', required: true, secret: false, default: null, help: null, ...more });
const kind = (more: Partial<Kind> = {}): Kind => ({
  family: 'meters', name: 'fronius', title: 'Fronius (Solar API)', setup: null, uncertain: null, tells: ['grid', 'solar'], some_also: ['battery'], every: 10, least_every: 5,
  most_a_day: null, not_tried: null, roles: ['house', 'grid'], options: [option(), option({ name: 'port', takes: 'port', required: false, default: '80' })], ...more,
});

describe('kinds', () => {
  it('stand together by family, in the order of what they are called', () => {
    const named = (family: Kind['family'], title: string) => ({ family, name: title.toLowerCase(), title });
    const groups = grouped([named('prices', 'Tibber'), named('meters', 'Victron'), named('prices', 'aWATTar'), named('meters', 'Fronius')]);
    expect(groups.map(({ family, kinds }) => `${family}: ${kinds.map(({ title }) => title).join(', ')}`)).toEqual(['meters: Fronius, Victron', 'prices: aWATTar, Tibber']);
  });

  it('have an address', () => expect(addressOf({ family: 'meters', name: 'my box', title: '' })).toBe('api/v1/kinds/meters/my%20box'));
});

describe('a field', () => {
  it('says what an empty one comes to, and what it is for', () => {
    expect(hint(option())).toBe('');
    expect(hint(option({ required: false }))).toBe('May stay empty.');
    expect(hint(option({ required: false, default: '80' }))).toBe('Empty: 80');
    expect(hint(option({ takes: 'yes or no', required: false, default: 'no', help: 'of the customer' }))).toBe('Of the customer. Yes or no. Empty: no');
  });

  it('that has to be typed is missing until it is, and blanks are nothing', () => {
    expect(missing(kind(), {})).toEqual(['host']);
    expect(missing(kind(), { host: '  ' })).toEqual(['host']);
    expect(missing(kind(), { host: '192.168.1.9' })).toEqual([]);
    expect(told(kind(), { host: ' 192.168.1.9 ', port: ' ', other: 'x' })).toEqual({ host: '192.168.1.9' });
  });
});

describe('a role', () => {
  it('is said in words, and one of a later version as it is', () => {
    expect(roleInWords('solar')).toBe('the sun: what the panels yield');
    expect(roleInWords('moon')).toBe('moon');
  });
});

describe('the line', () => {
  it('is what config.json and twcmanager.yaml read', () => {
    const text = line(kind(), 'roof', 'solar', { host: '192.168.1.9', port: '8080' });
    expect(text).toBe('"roof": { "type": "fronius", "role": "solar", "options": { "host": "192.168.1.9", "port": "8080" } }');
    expect(JSON.parse(`{${text}}`)).toEqual({ roof: { type: 'fronius', role: 'solar', options: { host: '192.168.1.9', port: '8080' } } });
  });

  it('keeps whatever is typed, and has no role and no options where there are none', () => {
    const odd = line(kind(), 'the "old" roof', 'solar', { host: 'a\\b  c' });
    expect(JSON.parse(`{${odd}}`)).toEqual({ 'the "old" roof': { type: 'fronius', role: 'solar', options: { host: 'a\\b  c' } } });
    expect(line(kind({ family: 'prices', name: 'energinet', options: [] }), 'market', 'house', {})).toBe('"market": { "type": "energinet" }');
  });
});

describe('an answer', () => {
  it('is a kind, or a trial, or neither', () => {
    expect(isKind(kind())).toBe(true);
    expect(isKind({ kinds: [] })).toBe(false);
    expect(isTrial({ well: true, trouble: null, amounts: {}, slots: [], judgement: [], asked: [] })).toBe(true);
    expect(isTrial({ well: true })).toBe(false);
  });
});
