// The tree of circuits as a list that a person reads from the street to the cars.
import { amps, unknown, watts } from './format';
import type { Circuit } from './snapshot';

export interface Row {
  circuit: Circuit;
  /** How many circuits are above it. */
  depth: number;
}

/** Each circuit, with those that it feeds right behind it. */
export function asTree(circuits: Circuit[]): Row[] {
  const below = (parent: string | null, depth: number): Row[] =>
    depth > circuits.length
      ? []
      : circuits.filter((one) => one.parent === parent).flatMap((circuit) => [{ circuit, depth }, ...below(circuit.name, depth + 1)]);
  return below(null, 0);
}

/** "25 A per phase and 11.0 kW". */
export function limits({ amps: current, watts: power }: Circuit): string {
  const parts = [...(current === null ? [] : [`${amps(current)} per phase`]), ...(power === null ? [] : [watts(power)])];
  return parts.length === 0 ? 'no limit in force' : parts.join(' and ');
}

/** A text for each phase; without numbers either nothing is there to be known, or it is not known now. */
const perPhase = (values: number[] | null, there: boolean): string[] =>
  values === null ? [1, 2, 3].map(() => (there ? unknown : '–')) : values.map((one) => amps(one));

/** What flows beside the connectors. */
export const others = (circuit: Circuit): string[] => perPhase(circuit.others, circuit.measured);
/** What they may get beyond what is reserved for them. */
export const left = (circuit: Circuit): string[] => perPhase(circuit.left, circuit.amps !== null);

/** Over its limit on some phase. */
export const isOver = (circuit: Circuit): boolean => circuit.left !== null && circuit.left.some((one) => one < -0.05);
