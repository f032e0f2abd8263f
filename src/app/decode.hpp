// `twcmanager decode`: what do these bytes mean?
//
// Somebody holds a log, an oscilloscope print or a page of a forum and wants to know what was said on the bus. Each
// line of input is a raw stream of bytes in hexadecimal; each frame in it becomes one JSON object on a line of its own.
#pragma once

#include <iosfwd>

namespace app {

/// Reads lines of hexadecimal (delimiters and escapes as on the wire, either case, white space anywhere) from `in` and
/// writes one JSON object per frame to `out`. The framer starts afresh on each line; lines count from 1. A line that is
/// not hexadecimal, or has an odd number of digits, emits nothing but a sentence on `err`.
///
/// Every object: `line`, `accept`, then
///   refused   `reason`: length_or_checksum | unknown_type | bad_escape | too_long, and `len` for the first two
///   accepted  `type`, `len` (bytes after unescaping, checksum included), and what the type has of
///     `sender` `receiver`             four upper-case hexadecimal digits
///     `protocol`                      1 or 2, from the length: heartbeats, slave_linkready (spec/twc-protocol §2.3)
///     `sign`                          two upper-case hexadecimal digits
///     `amps_max` `amps_actual`        A; the limit in force and what is drawn; in slave_linkready what the unit can
///     `amps`                          A; in a master's linkready the maximum of its bus
///     `command` `state` `plug`        the byte as it is
///     `error_bitmap` `first_error`    instead of `amps` where `command` is 2; the latter is the number, from 0, of
///                                     the lowest bit that is set, the only one units show (§2.4), or null
///     `master_plugged`                true while the master itself has a car
///     `kwh_raw` `volts` `phase_amps`  the counter as it is; V and A of L1, L2, L3. A meter frame of 16 bytes has no
///                                     currents and shows zeros, as old firmware does
///     `text`                          without the zeros at its end; versions as "4.5.3.2"
///     `all_zero`                      true where a part of a VIN is unknown
///     `opcode`                        of type dangerous: four hexadecimal digits, e.g. "FC19" (§2.11)
/// Amps have two decimals. Nothing is judged for plausibility.
///
/// Returns the exit status: 0, or 1 when a line was not hexadecimal or `out` could not be written.
int decode(std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace app
