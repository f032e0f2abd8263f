// The example snapshot that api/openapi.yaml promises, as a fresh copy for each test.
import example from '../../tests/app/openapi_snapshot_example.json';
import type { Snapshot } from '../src/snapshot';

export function exampleSnapshot(): Snapshot {
  return structuredClone(example) as Snapshot;
}
